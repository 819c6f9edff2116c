import { expect, test } from "bun:test";
import { closeSync, openSync, readFileSync } from "node:fs";
import { sharedRing, SharedRingReader, SharedRingWriter, stampAt } from "../../src/capture/shared-ring.ts";
import { Folder } from "../support/folder.ts";
import { record } from "../support/records.ts";

const SIZE = 1 << 12;
/** A record of so many bytes of payload, made at that many milliseconds, as the journal has it. */
const made = (at: number, bytes: number) =>
  record({ from: "10.0.0.1:1", to: "10.0.0.2:2", at, text: "x".repeat(bytes) });
const put = (ring: SharedRingWriter, bytes: Uint8Array, payload: number) =>
  ring.put(bytes.subarray(8, 72), bytes.subarray(72, 72 + payload));

test("what is put comes out as the journal has it, around the end again and again", () => {
  using folder = new Folder();
  const shared = sharedRing(SIZE);
  const writer = new SharedRingWriter(shared);
  const reader = new SharedRingReader(shared);
  const file = openSync(folder.at("out"), "wx");
  const all: Uint8Array[] = [];
  for (let i = 0; i < 200; i++) {
    const payload = (i * 37) % 500;
    const bytes = made(i + 1, payload);
    expect(put(writer, bytes, payload)).toBeTrue();
    all.push(bytes);
    expect(reader.nextAt).toBe((i + 1) * 1e6);
    expect(reader.writeTo(file, Infinity, SIZE)).toBe(0);
    expect([reader.nextAt, writer.waitingBytes, reader.waitingBytes]).toEqual([Infinity, 0, 0]);
  }
  closeSync(file);
  expect(readFileSync(folder.at("out"))).toEqual(Buffer.concat(all));
});

test("no more is taken than was made until then, nor much more than was asked for", () => {
  using folder = new Folder();
  const shared = sharedRing(SIZE);
  const writer = new SharedRingWriter(shared);
  const reader = new SharedRingReader(shared);
  const records = [1, 2, 3, 4].map((at) => made(at, 10));
  for (const bytes of records) put(writer, bytes, 10);
  const written = (until: number, most: number) => {
    const path = folder.at(`${until}-${most}`);
    const file = openSync(path, "wx");
    expect(reader.writeTo(file, until, most)).toBe(0);
    closeSync(file);
    return readFileSync(path).length / (records[0]?.length ?? 1);
  };
  expect([written(0.5e6, SIZE), written(2e6, SIZE), written(Infinity, 1), reader.nextAt]).toEqual([0, 2, 1, 4e6]);
});

test("what comes after a moment is not taken for what came before it", () => {
  using folder = new Folder();
  const shared = sharedRing(SIZE);
  const writer = new SharedRingWriter(shared);
  const reader = new SharedRingReader(shared);
  const file = openSync(folder.at("out"), "wx");
  const before = reader.end;
  put(writer, made(1, 10), 10);
  const between = reader.end;
  put(writer, made(2, 10), 10);
  const next = [before, between, reader.end].map((end) => {
    expect(reader.writeTo(file, Infinity, SIZE, end)).toBe(0);
    return reader.nextAt;
  });
  closeSync(file);
  expect(next).toEqual([1e6, 2e6, Infinity]);
});

test("what finds no room is refused, and there is room again when it is read", () => {
  using folder = new Folder();
  const shared = sharedRing(SIZE);
  const writer = new SharedRingWriter(shared);
  const reader = new SharedRingReader(shared);
  const bytes = made(1, 1000);
  let count = 0;
  while (put(writer, bytes, 1000)) count++;
  expect([count, put(writer, made(2, 0), 0)]).toEqual([3, true]);
  const file = openSync(folder.at("out"), "wx");
  expect(reader.writeTo(file, Infinity, SIZE)).toBe(0);
  closeSync(file);
  expect(put(writer, bytes, 1000)).toBeTrue();
});

test("a file that takes nothing is told by its errno, and nothing is lost", () => {
  const shared = sharedRing(SIZE);
  const writer = new SharedRingWriter(shared);
  const reader = new SharedRingReader(shared);
  put(writer, made(1, 10), 10);
  const file = openSync("/dev/full", "w");
  const ENOSPC = 28;
  expect(reader.writeTo(file, Infinity, SIZE)).toBe(ENOSPC);
  closeSync(file);
  expect(reader.nextAt).toBe(1e6);
});

test("the time of a record is read from both words of it", () => {
  const words = new Uint32Array(8);
  words.set([7, 2], 4);
  expect(stampAt(words, 0)).toBe(7 + 2 * 2 ** 32);
});
