import { expect, test } from "bun:test";
import { Tails } from "../../../src/protocols/generic/tails.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const recorded = ["set a quiet\n1\nget b\n", "set b quiet\n2\nget a\n", "put c\n.\n"].map(bytes);
const likeness = (asked: string) => recorded.map((each) => new Tails(bytes(asked), () => recorded).to(each));

test("lines that went with another request are no matter, if they were said", () => {
  expect(likeness("set a quiet\n1\nget a\n")).toEqual([0, 0.9, 0]);
  expect(likeness("get b\n")).toEqual([0.9, 0, 0]);
});

test("lines that nobody said are", () => {
  expect(likeness("set a quiet\n3\nget a\n")).toEqual([0, 0, 0]);
  expect(likeness("quiet\n1\nget a\n")).toEqual([0, 0, 0]);
});

test("an end that asks for nothing, or is no line, says nothing", () => {
  expect(likeness("put d\n.\n")).toEqual([0, 0, 0]);
  expect(likeness("set a quiet\n1\nget a")).toEqual([0, 0, 0]);
  expect(new Tails(Uint8Array.of(0, 10), () => recorded).to(Uint8Array.of(0, 10))).toBe(0);
});
