import { expect, test } from "bun:test";
import { lastWord, namesOfWords } from "../../../src/core/secrets/word-names.ts";

const named = (line: string) => {
  const words = line.split(" ");
  const names = namesOfWords(words);
  return words.flatMap((word, index) => (names[index] === undefined ? [] : [`${names[index]}: ${word}`]));
};

test("words are named by the ones before them", () => {
  expect(named("AUTH ann x")).toEqual(["password: x"]);
  expect(named("AUTH x")).toEqual(["password: x"]);
  expect(named("HELLO 3 AUTH ann x")).toEqual(["password: ann", "password: x"]);
  expect(named("SET token:7 x EX 30 NX")).toEqual(["token: x"]);
  expect(named("SETEX session:7 30 x")).toEqual(["session: x"]);
  expect(named("HSET user:7 name ann password x")).toEqual(["password: x"]);
  expect(named("HSET token:7 name ann")).toEqual([]);
  expect(named("MSET a 1 api_key x")).toEqual(["api_key: x"]);
  expect(named("CONFIG SET requirepass x")).toEqual(["requirepass: x"]);
  expect(named("ACL SETUSER ann on >x ~*")).toEqual(["password: >x"]);
});

test("nothing is named by keys that say nothing", () => {
  for (const line of ["GET token:7", "SET cart:7 x", "LPUSH orders a b", "ZADD board 1 x"])
    expect(named(line)).toEqual([]);
  expect(["user:7:token", "cart:7", "a".repeat(300)].map(lastWord)).toEqual(["token", null, null]);
});
