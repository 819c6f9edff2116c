import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { postgres } from "../../../src/protocols/postgres/index.ts";
import { ReplaySession } from "../../../src/protocols/postgres/replay-session.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { peer } from "../../support/postgres-talk.ts";

const begin = () => new ReplaySession({ peer, pool: exactPool(postgres, []), protocol: "postgres" });
const does = (session: ReplaySession, bytes: Uint8Array) =>
  session.data({ from: "client", bytes: new Uint8Array(bytes), at: 0 }).map((step) => (step.do === "send" ? `send ${Buffer.from(step.bytes.subarray(0, 1)).toString()}` : step.do)); // prettier-ignore

test("encryption is refused, a cancel request closed, and good-bye too", () => {
  const session = begin();
  expect(does(session, serialize.requestSsl())).toEqual(["send N"]);
  expect(does(session, serialize.startup({ user: "app" }))).toEqual(["send R"]);
  expect(does(session, Buffer.from(serialize.end()))).toEqual(["close"]);
  expect(does(begin(), serialize.cancel(1, 2))).toEqual(["close"]);
});
