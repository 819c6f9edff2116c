import { expect, test } from "bun:test";
import { RequestIndex, Walk } from "../../../src/protocols/generic/request-index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const index = new RequestIndex(["b", "abcd", "ab", "abce", "ab", "abcdef", "zz"].map(bytes));

test.each([
  ["a", { isExact: false, isPrefix: true }],
  ["ab", { isExact: true, isPrefix: true }],
  ["abc", { isExact: false, isPrefix: true }],
  ["abce", { isExact: true, isPrefix: false }],
  ["abcd", { isExact: true, isPrefix: true }],
  ["abx", { isExact: false, isPrefix: false }],
  ["zzz", { isExact: false, isPrefix: false }],
])("%s stands where it should, in one piece and byte by byte", (text, place) => {
  expect(new Walk(index).add(bytes(text))).toEqual(place);
  const walk = new Walk(index);
  expect([...text].map((letter) => walk.add(bytes(letter))).at(-1)).toEqual(place);
});

test.each([
  ["abcdzz", 4],
  ["abcdefg", 6],
  ["abx", 2],
  ["bb", 1],
  ["zy", 0],
  ["a", 0],
  ["ab", 2],
])("%s begins with a request of %d bytes", (text, length) => {
  expect(index.longestStart(bytes(text))).toBe(length);
});

test("with nothing recorded, nothing is known", () => {
  const empty = new RequestIndex([]);
  expect(new Walk(empty).add(bytes("a"))).toEqual({ isExact: false, isPrefix: false });
  expect(empty.longestStart(bytes("a"))).toBe(0);
});

test("it agrees with looking at every request", () => {
  let seed = 1;
  const random = (most: number) => (seed = (seed * 48271) % 2147483647) % most;
  const word = () => Array.from({ length: 1 + random(6) }, () => "ab"[random(2)]).join("");
  for (let round = 0; round < 300; round++) {
    const words = Array.from({ length: random(12) }, word);
    const built = new RequestIndex(words.map(bytes));
    const asked = word();
    const isExact = words.includes(asked);
    const isPrefix = words.some((other) => other !== asked && other.startsWith(asked));
    expect(new Walk(built).add(bytes(asked))).toEqual({ isExact, isPrefix });
    const starts = words.filter((other) => asked.startsWith(other)).map(({ length }) => length);
    expect(built.longestStart(bytes(asked))).toBe(Math.max(0, ...starts));
  }
});
