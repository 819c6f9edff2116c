import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { postgres } from "../../../src/protocols/postgres/index.ts";
import { ReplaySession } from "../../../src/protocols/postgres/replay-session.ts";
import { exactPool } from "../../support/exact-pool.ts";
import type { Step } from "../../../src/core/protocol.ts";
import { columns, failure, peer, ready, recorded, replayed, row, tag } from "../../support/postgres-talk.ts";

const sent = (steps: Iterable<Step<unknown>>): Buffer =>
  Buffer.concat([...steps].flatMap((step) => (step.do === "send" ? [step.bytes] : [])));

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

test("a query that was cancelled is answered no sooner than its client gave up, and what follows waits", () => {
  const sleep = serialize.query("SELECT pg_sleep(9)");
  const refused = Buffer.concat([failure("57014", "canceling statement due to user request"), ready()]);
  const next = Buffer.concat([columns(["a", 25]), row("1"), tag("SELECT 1"), ready()]);
  const { session } = replayed(recorded(sleep, refused, serialize.query("SELECT a"), next));
  const bytes = new Uint8Array(Buffer.concat([sleep, serialize.query("SELECT a")]));
  expect([...session.data({ from: "client", bytes, at: 0 })]).toEqual([{ do: "wake", afterMs: 2 }]);
  expect(sent(session.wake(2))).toEqual(Buffer.concat([refused, next]));
});

test("a limit of the server's own is answered at once", () => {
  const sleep = serialize.query("SELECT pg_sleep(9)");
  const refused = Buffer.concat([failure("57014", "canceling statement due to statement timeout"), ready()]);
  const { say } = replayed(recorded(sleep, refused));
  expect(say(sleep).bytes).toEqual(refused);
});

test("a client that leaves while it waits is let go", () => {
  const sleep = serialize.query("SELECT pg_sleep(9)");
  const { session, say } = replayed(recorded(sleep, Buffer.concat([failure("57014", "canceled"), ready()])));
  expect(say(sleep).bytes.length).toBe(0);
  expect([...session.end("client")].map((step) => step.do)).toEqual(["close"]);
  expect([...session.wake(2)]).toEqual([]);
});
