import { expect, test } from "bun:test";
import { Sequence } from "../../src/capture/sequence.ts";

const collected = (budgetBytes = 1000) => {
  const seen: string[] = [];
  const sequence = new Sequence(budgetBytes, {
    bytes: (bytes) => seen.push(new TextDecoder().decode(bytes)),
    gap: (length) => seen.push(`<gap ${length}>`),
    end: () => seen.push("<end>"),
  });
  const put = (seq: number, text: string) => sequence.put(seq, new TextEncoder().encode(text), 0);
  return { sequence, put, seen };
};

test("retransmits and overlaps are cut", () => {
  const { sequence, put, seen } = collected();
  sequence.place(100);
  put(100, "abc");
  put(100, "abc");
  put(101, "bcde");
  put(103, "de");
  expect(seen).toEqual(["abc", "de"]);
});

test("what comes early waits for what is before it", () => {
  const { sequence, put, seen } = collected();
  sequence.place(0);
  put(6, "gh");
  put(2, "cde");
  put(4, "efg");
  put(4, "ef");
  expect(seen).toEqual([]);
  put(0, "ab");
  expect(seen).toEqual(["ab", "cde", "fg", "h"]);
});

test("numbers wrap around", () => {
  const { sequence, put, seen } = collected();
  sequence.place(0xffff_fffe);
  put(1, "d");
  put(0xffff_fffe, "abc");
  sequence.finish(2, 0);
  expect(seen).toEqual(["abc", "d", "<end>"]);
});

test("a hole that the other end has passed is a gap, and the stream goes on", () => {
  const { sequence, put, seen } = collected();
  sequence.place(0);
  put(5, "fg");
  sequence.settleBefore(3, 0);
  expect(seen).toEqual(["<gap 3>"]);
  sequence.settleBefore(7, 0);
  put(7, "h");
  expect(seen).toEqual(["<gap 3>", "<gap 2>", "fg", "h"]);
});

test("a hole is given up when more waits behind it than the budget", () => {
  const { sequence, put, seen } = collected(4);
  sequence.place(0);
  put(2, "cd");
  put(4, "ef");
  expect(seen).toEqual([]);
  put(6, "g");
  expect(seen).toEqual(["<gap 2>", "cd", "ef", "g"]);
});

test("the end waits for what is before it, and comes once", () => {
  const { sequence, put, seen } = collected();
  sequence.place(0);
  sequence.finish(4, 0);
  put(2, "cd");
  expect(seen).toEqual([]);
  put(0, "ab");
  sequence.finish(4, 0);
  put(0, "ab");
  expect(seen).toEqual(["ab", "cd", "<end>"]);
});

test("the acknowledgement of a FIN is no hole", () => {
  const { sequence, put, seen } = collected();
  sequence.place(0);
  put(0, "ab");
  sequence.settleBefore(2, 0);
  sequence.finish(2, 0);
  sequence.settleBefore(3, 0);
  expect(seen).toEqual(["ab", "<end>"]);
});

test("when nothing more comes, what waits is delivered with its gaps", () => {
  const { sequence, put, seen } = collected();
  sequence.place(0);
  put(2, "c");
  put(5, "f");
  sequence.flush(0);
  expect(seen).toEqual(["<gap 2>", "c", "<gap 2>", "f"]);
});

test("numbers may become another's in mid-stream, and what waited before is delivered", () => {
  const { sequence, put, seen } = collected();
  sequence.place(0);
  put(0, "a");
  put(2, "c");
  sequence.goOnAt(900, 0);
  put(898, "xx");
  put(900, "d");
  sequence.finish(901, 0);
  expect(seen).toEqual(["a", "<gap 1>", "c", "d", "<end>"]);
});

test("any order of any cut gives the same bytes", () => {
  const text = Array.from({ length: 400 }, (_, i) => String.fromCharCode(97 + (i % 26))).join("");
  let seed = 7;
  const random = (below: number) => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) % below;
  for (let round = 0; round < 50; round++) {
    const { sequence, put, seen } = collected(10_000);
    const start = 0xffff_ff80;
    sequence.place(start);
    const pieces = Array.from({ length: 60 }, () => [random(390), 1 + random(40)] as const);
    for (let at = 0; at < text.length; at += 10) pieces.splice(random(pieces.length), 0, [at, 10]);
    for (const [at, length] of pieces) put((start + at) >>> 0, text.slice(at, at + length));
    sequence.finish((start + text.length) >>> 0, 0);
    expect(seen.join("")).toBe(`${text}<end>`);
  }
});
