import { expect, test } from "bun:test";
import { mysql } from "../../../src/protocols/mysql/index.ts";
import { packets } from "../../../src/protocols/mysql/packets.ts";
import { ReplaySession } from "../../../src/protocols/mysql/replay-session.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { peerOf, recordWire } from "../../support/run-session.ts";
import { streamOf, wiresOf } from "../../support/wire.ts";

const [wire] = wiresOf("mysql").filter(({ name }) => name === "mysql/go-sql-driver");
if (wire === undefined) throw new Error("the wire of go-sql-driver is gone");
const client = streamOf(wire.lines, "client");
const hello = client.subarray(0, 4 + (client[0] ?? 0));
const started = (isTls = false) => {
  const pool = exactPool(mysql, recordWire(mysql, wire).exchanges);
  const session = new ReplaySession({ peer: { ...peerOf(wire), isTls }, pool, protocol: "mysql" });
  const say = (bytes: Uint8Array) => session.data({ from: "client", bytes, at: 0 });
  const greeting = session.start();
  return { greeting, say };
};
const payloadOf = (step: unknown): string => Buffer.from((step as { bytes: Uint8Array }).bytes).toString("latin1", 4);

test("greets, lets in, and answers pings that nobody recorded", () => {
  const { greeting, say } = started();
  expect(payloadOf(greeting[0])).toContain("MariaDB");
  expect(say(hello).map(payloadOf)).toEqual(["\0\0\0\x02\0\0\0"]);
  expect(say(packets(Uint8Array.of(0x0e), 0)).map(payloadOf)).toEqual(["\0\0\0\x02\0\0\0"]);
});

test("a miss is an error, names the nearest mock and what differs, and the connection stays", () => {
  const { say } = started();
  say(hello);
  const steps = say(packets(Buffer.from("\x03SELECT REPEAT('z', 301)"), 0));
  expect(steps[0]).toMatchObject({ do: "miss", miss: { protocol: "mysql", asked: "SELECT REPEAT('z', 301)", nearest: { differs: ["values[1]: 300 -> 301"] } } }); // prettier-ignore
  expect(payloadOf(steps[1])).toStartWith("\xff\x51\x04#HY000reprise: nothing recorded answers");
  expect(payloadOf(say(packets(Buffer.from("\x03SELECT REPEAT('z', 300)"), 0))[0])).toContain("z".repeat(300));
});

test("offers TLS where there was TLS, and a good-bye closes", () => {
  const { say } = started(true);
  const request = Buffer.alloc(32);
  request.writeUInt32LE(0x0a00, 0);
  expect(say(packets(request, 1))).toEqual([{ do: "startTls", early: new Uint8Array(0) }]);
  say(hello);
  expect(say(packets(Uint8Array.of(1), 0))).toEqual([{ do: "close", reason: "the client says good-bye" }]);
});

test("a statement that nobody prepared is refused as servers refuse it", () => {
  const { say } = started();
  say(hello);
  expect(payloadOf(say(packets(Buffer.from("17ff0000000001000000", "hex"), 0))[0])).toContain("Unknown prepared statement"); // prettier-ignore
});
