/** The whole protocol over the wires of real drivers; `test/conformance` holds the rest of what it owes. */
import { expect, test } from "bun:test";
import { postgres } from "../../../src/protocols/postgres/index.ts";
import { recordWire } from "../../support/run-session.ts";
import { wiresOf } from "../../support/wire.ts";

test("every recorded driver's connections start, ask and are read to their end", () => {
  const wires = wiresOf(postgres.name).map((wire) => ({ name: wire.name, recording: recordWire(postgres, wire) }));
  expect(wires.length).toBeGreaterThanOrEqual(4);
  for (const { recording } of wires) {
    expect(recording.unread).toEqual([]);
    // By way of `sslmode=prefer`, pgx leaves where TLS is refused, and comes back.
    const first = recording.exchanges.find(({ spec }) => spec.user !== "");
    expect(first?.spec).toMatchObject({
      type: "session",
      database: "shop",
      user: "app",
      authentication: "scram-sha-256",
    });
    expect(recording.exchanges.filter(({ reuse }) => reuse === "once").length).toBeGreaterThan(10);
  }
});
