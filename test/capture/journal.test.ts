import { expect, test } from "bun:test";
import { appendFileSync, closeSync, openSync, writeFileSync } from "node:fs";
import { openJournal, type RecordBatch, writeJournalHead } from "../../src/capture/journal.ts";
import { FormatError } from "../../src/core/errors.ts";
import { Folder } from "../support/folder.ts";
import { record, ringBytes, type Segment } from "../support/records.ts";

const meta = { command: "./shop --naïve", testSet: "test-set-0", startedAt: 12.5, clockOffsetMs: 0.25 };
const segment = (seq: number): Segment => ({ from: "10.0.0.1:1", to: "10.0.0.2:2", seq, text: "x".repeat(seq % 50) });
const segments = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => segment(from + i));

const written = (folder: Folder, ...parts: readonly Uint8Array[]) => {
  const path = folder.at("journal");
  const file = openSync(path, "wx", 0o600);
  writeJournalHead(file, meta);
  closeSync(file);
  for (const part of parts) appendFileSync(path, part);
  return path;
};

const seqs = ({ bytes, starts, count }: RecordBatch) =>
  Array.from({ length: count }, (_, i) => new DataView(bytes.buffer).getUint32(starts[i] ?? 0, true));

const readAll = async (path: string, follow: AbortSignal | null = null) => {
  await using journal = await openJournal(path);
  const found: number[] = [];
  for await (const batch of journal.batches(follow)) found.push(...seqs(batch));
  return { meta: journal.meta, found, torn: journal.tornBytes };
};

test("records come back in order, over many batches", async () => {
  using folder = new Folder();
  const path = written(folder, ringBytes(segments(0, 40_000)));
  expect(await readAll(path)).toEqual({ meta, found: Array.from({ length: 40_000 }, (_, i) => i), torn: 0 });
});

test("a discarded record is passed over", async () => {
  using folder = new Folder();
  const discarded = record(segment(7));
  new DataView(discarded.buffer).setUint32(0, 0x4000_0000 | new DataView(discarded.buffer).getUint32(0, true), true);
  expect((await readAll(written(folder, discarded, record(segment(8))))).found).toEqual([8]);
});

test("cut at any byte, the whole records are read and the rest is counted", async () => {
  const last = record(segment(3));
  for (let cut = 0; cut < last.length; cut += 5) {
    using folder = new Folder();
    const path = written(folder, ringBytes(segments(0, 3)), last.subarray(0, cut));
    expect(await readAll(path)).toEqual({ meta, found: [0, 1, 2], torn: cut });
  }
});

test("zeros that a dying machine left at the end are no records", async () => {
  using folder = new Folder();
  const path = written(folder, ringBytes(segments(0, 3)), new Uint8Array(4096));
  expect(await readAll(path)).toEqual({ meta, found: [0, 1, 2], torn: 4096 });
});

test("a growing journal is followed to its end", async () => {
  using folder = new Folder();
  const path = written(folder, ringBytes(segments(0, 3)));
  const end = new AbortController();
  await using journal = await openJournal(path);
  const found: number[] = [];
  const halves = [record(segment(3)).subarray(0, 40), record(segment(3)).subarray(40), record(segment(4))];
  for await (const batch of journal.batches(end.signal)) {
    found.push(...seqs(batch));
    if (found.length === 3) for (const part of halves.slice(0, 2)) appendFileSync(path, part);
    if (found.length === 4) {
      appendFileSync(path, record(segment(4)));
      end.abort();
    }
  }
  expect(found).toEqual([0, 1, 2, 3, 4]);
});

test.each([
  ["nothing", ""],
  ["another file", "version: reprise/v1\nkind: Http\n"],
  ["a journal of an earlier version", "RPJ1\x02\0\0\0\0\0\0\0\0\0\0\0"],
  ["a journal of a later version", "RPJ1\x04\0\0\0\0\0\0\0\0\0\0\0"],
  ["a broken head", "RPJ1\x03\0\0\0\x08\0\0\0\0\0\0\0notjson!"],
])("%s is refused", async (_, content) => {
  using folder = new Folder();
  const path = folder.at("journal");
  writeFileSync(path, content);
  expect(openJournal(path)).rejects.toBeInstanceOf(FormatError);
});
