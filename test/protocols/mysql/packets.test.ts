import { expect, test } from "bun:test";
import { PacketRun, packets, PacketReader, payloadsIn, renumbered } from "../../../src/protocols/mysql/packets.ts";

const MOST = 0xffffff;

test("payloads come out whole, however they are cut", () => {
  const reader = new PacketReader();
  const seen: unknown[] = [];
  for (const byte of Buffer.from("020000030102" + "00000004", "hex")) {
    reader.push(Uint8Array.of(byte));
    for (let packet = reader.next(); packet !== undefined; packet = reader.next()) seen.push([[...packet.payload], packet.sequence]); // prettier-ignore
  }
  expect(seen).toEqual([
    [[1, 2], 3],
    [[], 4],
  ]);
});

test("16 MB and more go in several packets, the last of them shorter", () => {
  const payload = new Uint8Array(MOST).fill(7);
  const sent = packets(payload, 255);
  expect([sent.length, sent[3], sent.subarray(-4)]).toEqual([MOST + 8, 255, Uint8Array.of(0, 0, 0, 0)]);
  const reader = new PacketReader();
  reader.push(sent);
  const packet = reader.next();
  expect([packet?.payload.length, packet?.first, packet?.sequence]).toEqual([MOST, 255, 0]);
});

test("a run of packets is numbered anew", () => {
  const run = Buffer.from("0100000061" + "0100000062", "hex");
  expect(renumbered(run, 255)).toEqual({ bytes: new Uint8Array(Buffer.from("010000ff61" + "0100000062", "hex")), count: 2 }); // prettier-ignore
  expect([...payloadsIn(run)].map((payload) => Buffer.from(payload).toString())).toEqual(["a", "b"]);
});

test("a run of packets is gathered, of whatever sizes", () => {
  const payloads = [0, 1, 1023, 5000, 1 << 20, MOST].map((length) => new Uint8Array(length).fill(length % 251));
  const run = new PacketRun();
  expect(run.isEmpty).toBe(true);
  for (let time = 0; time < 2; time++) {
    for (const payload of payloads) run.add(payload);
    const wanted = Buffer.concat(payloads.map((payload) => packets(payload, 0)));
    expect(Buffer.compare(run.take(), wanted)).toBe(0);
  }
  expect(run.isEmpty).toBe(true);
});

test("what is left over is taken out", () => {
  const reader = new PacketReader();
  reader.push(Uint8Array.of(9, 0, 0));
  expect([reader.rest(), reader.next()]).toEqual([Uint8Array.of(9, 0, 0), undefined]);
});
