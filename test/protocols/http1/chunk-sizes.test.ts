import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import {
  chunkSize,
  chunksLength,
  ChunkSizes,
  fittingChunks,
  oneChunk,
  parseChunks,
} from "../../../src/protocols/http1/chunk-sizes.ts";

const collect = (lines: readonly string[], last = "0"): string => {
  const sizes = new ChunkSizes();
  for (const line of lines) sizes.add(line);
  sizes.finish(last);
  return sizes.toString();
};

test("runs of equal chunks are counted, odd lines survive", () => {
  expect(collect([])).toBe("");
  expect(collect(["1000", "1000", "1000", "1F"])).toBe("1000*3 1F");
  const odd = ['5;a="x y*z%"', "00A", "a \t"];
  const text = collect(odd, "000;é");
  expect(text).toBe('5;a="x%20y%2Az%25" 00A a%20%09 +000;%E9');
  const parsed = parseChunks(text);
  expect(parsed?.runs.map(({ line }) => line)).toEqual(odd);
  expect(parsed?.last).toBe("000;é");
  expect(chunksLength(parsed?.runs ?? [])).toBe(25);
});

test("a million equal chunks take a few characters", () => {
  expect(collect(Array.from({ length: 1_000_000 }, () => "64"))).toBe("64*1000000");
  const varied = collect(Array.from({ length: 10_000 }, (_unused, index) => (index + 1).toString(16)));
  expect(chunksLength(parseChunks(varied)?.runs ?? [])).toBe(50_005_000);
});

test("a size is hexadecimal, before any extension", () => {
  expect(["a", "00F;x=1", " 10 "].map(chunkSize)).toEqual([10, 15, 16]);
  for (const line of ["", "g", "-1", "0x10", "1".repeat(13), "5 5"]) expect(() => chunkSize(line)).toThrow(FormatError);
});

test("text that is no list, or does not fit the body, gives one chunk", () => {
  expect(["zz", "5*0", "5*x", "0", "5  5"].map(parseChunks)).toEqual(Array(5).fill(undefined));
  expect([fittingChunks("5 5", 10), fittingChunks("5 5", 11), fittingChunks("x", 0)]).toEqual(["5 5", "b", ""]);
  expect([oneChunk(0), oneChunk(255)]).toEqual(["", "ff"]);
});
