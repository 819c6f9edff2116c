import { expect, test } from "bun:test";
import { isTelling, replaceWords, wordPairs, wordsOf } from "../../src/core/telling-words.ts";

test("a text in words of every width", () => {
  expect([...new Set(wordsOf("a/b.c d"))]).toEqual(["a/b.c", "d", "a", "b.c", "b", "c"]);
});

test("the widest word for which there is another is replaced, placeholders as a whole", () => {
  const others: Record<string, string> = { "b.c": "X", b: "Y", "{{secret.t-1}}": "Z" };
  expect(replaceWords("a/b.c b {{secret.t-1}} {{string .b}}", (word) => others[word])).toBe("a/X Y Z {{string .b}}");
});

test("texts that are alike but for words", () => {
  expect(wordPairs("sid=a1; Path=/", "sid=b2; Path=/").filter(([one, other]) => one !== other)[0]).toEqual([
    "a1",
    "b2",
  ]);
  expect(wordPairs("a b", "a b c")).toEqual([]);
});

test("which words tell", () => {
  const telling = ["0b8e7a7c-51a5-4f0c-9f57-1f6e2b4a9c10", "a1b2c3", "1042", "abCDefGHijKLmnOPq", "{{secret.token-1}}"];
  expect(telling.filter((word) => !isTelling(word))).toEqual([]);
  expect(["pending", "17", "a1", "2026-11-21T14:00:00Z", "application", "{{string .id}}"].filter(isTelling)).toEqual(
    [],
  );
});
