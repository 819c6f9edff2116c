import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { postgres } from "../../../src/protocols/postgres/index.ts";
import { ReplaySession } from "../../../src/protocols/postgres/replay-session.ts";
import { exactPool } from "../../support/exact-pool.ts";
import type { Step } from "../../../src/core/protocol.ts";
import { chunks, columns, failure, peer, ready, recorded, replayed, row, tag } from "../../support/postgres-talk.ts";

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

test("TLS is begun where it was recorded, with what the client sent of it at once", () => {
  const session = new ReplaySession({ peer: { ...peer, isTls: true }, pool: exactPool(postgres, []), protocol: "postgres" }); // prettier-ignore
  const hello = Buffer.from([0x16, 3, 1, 0, 5, 1]);
  const bytes = new Uint8Array(Buffer.concat([serialize.requestSsl(), hello]));
  expect(session.data({ from: "client", bytes, at: 0 })).toEqual([
    { do: "send", bytes: new Uint8Array(Buffer.from("S")) },
    { do: "startTls", early: new Uint8Array(hello) },
  ]);
  expect(does(session, serialize.startup({ user: "app" }))).toEqual(["send R"]);
});

test("a client that takes no clear text is a miss that names the server, and one that does is none", () => {
  const strict = begin();
  expect(does(strict, serialize.requestSsl())).toEqual(["send N"]);
  const asked = "TLS (SSLRequest) to db:5432, which was recorded in clear text: set sslmode as it was, or record again";
  expect(strict.end()).toEqual([
    { do: "miss", miss: { protocol: "postgres", asked, nearest: null } },
    { do: "close", reason: "the client is done" },
  ]);
  const left = postgres.record(peer);
  const refusal = chunks(serialize.requestSsl(), Buffer.from("N")).flatMap((chunk) => [...left.data(chunk)]);
  const gone = [...refusal, ...left.end("client")].flatMap((step) => (step.do === "emit" ? [step.exchange] : []));
  const known = new ReplaySession({ peer, pool: exactPool(postgres, gone), protocol: "postgres" });
  expect(does(known, serialize.requestSsl())).toEqual(["send N"]);
  expect(known.end()).toEqual([{ do: "close", reason: "the client is done" }]);
  const easy = begin();
  does(easy, Buffer.concat([serialize.requestSsl(), serialize.startup({ user: "app" })]));
  expect(easy.end()).toEqual([{ do: "close", reason: "the client is done" }]);
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
