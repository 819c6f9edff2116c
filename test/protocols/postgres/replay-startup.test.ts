import { expect, test } from "bun:test";
import { Parser } from "pg-protocol/dist/parser.js";
import { postgres } from "../../../src/protocols/postgres/index.ts";
import { greet, leavesWithoutTls } from "../../../src/protocols/postgres/replay-startup.ts";
import type { SessionStart } from "../../../src/protocols/postgres/spec.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { peer } from "../../support/postgres-talk.ts";

const session = (change: Partial<SessionStart>): SessionStart => ({ type: "session", database: "shop", user: "app", minor: 0, options: [], encryption: "none", authentication: "trust", replies: [], ...change }); // prettier-ignore
const pool = (...specs: SessionStart[]) =>
  exactPool(postgres, specs.map((spec) => ({ spec, startedAt: 0, endedAt: 0, reuse: "repeat" as const }))); // prettier-ignore
const packet = (minor: number, user = "app") =>
  ({ message: "startup", major: 3, minor, options: [["user", user], ["database", "shop"]] }) as const; // prettier-ignore

const messages = (bytes: Uint8Array): string[] => {
  const told: string[] = [];
  new Parser().parse(Buffer.from(bytes), (message) => {
    const { name, parameterName, parameterValue } = message as unknown as Record<string, string>;
    told.push(name === "parameterStatus" ? `${parameterName}=${parameterValue}` : String(name));
  });
  return told;
};

test("says of itself what was recorded, or else what any server says", () => {
  const known = session({ replies: [{ reply: "parameter", name: "server_version", value: "16.1" }] });
  expect(messages(greet(packet(0), pool(known), peer).bytes)).toEqual(["authenticationOk", "server_version=16.1", "backendKeyData", "readyForQuery"]); // prettier-ignore
  expect(messages(greet(packet(0), pool(), peer).bytes)).toContain("client_encoding=UTF8");
});

test("a minor version that the server did not have is negotiated down", () => {
  expect(greet(packet(2), pool(session({})), peer).opening[0]).toBe(0x76);
  expect(greet(packet(2), pool(session({ minor: 2 })), peer).opening).toEqual(new Uint8Array(0));
});

test("a refusal is repeated to the user who was refused, and to nobody else", () => {
  const refused = session({ user: "eve", replies: [{ reply: "error", fields: [["C", "28P01"]] }] });
  expect(greet(packet(0, "eve"), pool(refused, session({})), peer).isOpen).toBe(false);
  expect(greet(packet(0), pool(refused, session({})), peer).isOpen).toBe(true);
});

test("a client that left without TLS is known, and is nobody's session", () => {
  const gone = session({ user: "", database: "", encryption: "refused" });
  expect([pool(gone), pool(session({})), pool()].map(leavesWithoutTls)).toEqual([true, false, false]);
  expect(messages(greet(packet(0), pool(gone), peer).bytes)).toContain("client_encoding=UTF8");
});
