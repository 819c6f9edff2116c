import { expect, test } from "bun:test";
import { entropy, isTelling, isTrivial, looksRandom } from "../../../src/core/secrets/strength.ts";

test("entropy is bits a character", () => {
  expect([entropy("aaaa"), entropy("abab"), entropy("abcd")]).toEqual([0, 1, 2]);
});

test("what a template or a query fills in, and what says nothing, is trivial", () => {
  const trivial = ["", "null", "true", "Bearer", "****", "xxxx", "aaaa", "[REDACTED]", "$1", "?", ":password", "${PASSWORD}", "%s", "<token>", "{{token}}", "@p1", "$PASSWORD"]; // prettier-ignore
  expect(trivial.filter((value) => !isTrivial(value))).toEqual([]);
  expect(["secret", "hunter2", "0", "a b"].filter(isTrivial)).toEqual(["0"]);
});

test("ids, dates, words and structured texts do not look random", () => {
  const plain = ["0b9e1d3c-6a5f-4b7d-8c1e-2f3a4b5c6d7e", "2026-11-21T14:37:41.790Z", "user=ann&page=2&sort=name1", "the quick brown fox 1", "short1", '{"id":1,"name":"abcdefgh"}', "aaaaaaaaaaaaaaaaaaa1"]; // prettier-ignore
  expect(plain.filter(looksRandom)).toEqual([]);
  expect(looksRandom(["k3J9", "xQ7m", "Zp1L", "w8Rt"].join(""))).toBe(true);
});

test("only values that are hardly anything else are looked for elsewhere", () => {
  expect(["admin", "postgres", "password1", "12345678", "2026-11-21", "aaaaaaaa1", "changeme"].filter(isTelling)).toEqual([]); // prettier-ignore
  expect([["hunter2", "xyz"].join("-"), "correcthorsebattery"].filter(isTelling).length).toBe(2);
});
