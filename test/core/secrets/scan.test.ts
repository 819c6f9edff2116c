import { expect, test } from "bun:test";
import { Scan } from "../../../src/core/secrets/scan.ts";

test("keywords are found in any capitals, those within others too", () => {
  const scan = new Scan<number>(["she", "hers", "he", "://"]);
  expect(scan.of("nothing to find in it")).toBeNull();
  expect(scan.of("uSHErs http://x")?.keywords).toEqual([
    { keyword: 0, at: 1 },
    { keyword: 2, at: 2 },
    { keyword: 1, at: 2 },
    { keyword: 3, at: 11 },
  ]);
});

test("needles are found as they are, anywhere, until they are removed", () => {
  const scan = new Scan<string>([]);
  const needles = ["abcd-1", "wxyz", "ünïcödé!"].map((text) => ({ text, owner: text }));
  for (const needle of needles) scan.add(needle);
  const found = (text: string) => scan.of(text)?.needles.map(({ needle, at }) => [needle.owner, at]) ?? [];
  expect(found("..abcd-1wxyzABCD-1ünïcödé!")).toEqual([["abcd-1", 2], ["wxyz", 8], ["ünïcödé!", 18]]); // prettier-ignore
  expect(found("abcd-2 wxy z")).toEqual([]);
  for (const needle of needles) scan.remove(needle);
  expect(found("abcd-1wxyz")).toEqual([]);
});

test("many needles that end alike are told apart", () => {
  const scan = new Scan<number>([]);
  for (let number = 0; number < 2000; number++) scan.add({ text: `${number}-same-end`, owner: number });
  expect(scan.of("x 1234-same-end")?.needles.map(({ needle }) => needle.owner)).toEqual([4, 34, 234, 1234]);
});
