import { expect, test } from "bun:test";
import { digestKey, digestText } from "../../src/core/mock-entry.ts";

test("texts that differ in one unit have other digests, unpaired surrogates included", () => {
  const texts = ["", "a", "b", "ab", "\ud800", "\ud801", "\ufffd", "x".repeat(1e6), "x".repeat(1e6 - 1) + "y"];
  expect(new Set(texts.map(digestText)).size).toBe(texts.length);
  expect(digestText("same")).toBe(digestText("sa" + "me"));
});

test("of a key the digest and the shape stay", () => {
  const key = { text: "SELECT 1", shape: "SELECT ?", asked: "SELECT 1 []" };
  expect(digestKey(key)).toEqual({ digest: digestText("SELECT 1"), shape: "SELECT ?" });
});
