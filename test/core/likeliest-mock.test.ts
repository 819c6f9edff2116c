import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { likeliestMock } from "../../src/core/likeliest-mock.ts";
import { digestKey } from "../../src/core/mock-entry.ts";
import type { Item } from "../../src/core/mock-lanes.ts";

type Query = readonly string[];

const item = (name: string, shape: string, words: Query): Item => ({
  entry: {
    name,
    order: 0,
    protocol: "p",
    key: digestKey({ text: words.join(), shape }),
    destination: null,
    reuse: "once",
    startedAt: 0,
    endedAt: 0,
    load: () => words,
  },
  owners: [],
  sure: false,
  isLikely: false,
  isCaused: false,
  used: false,
  usedBy: null,
});

const ask = (shape: string, words: Query) => ({
  key: { text: words.join(), shape, asked: "" },
  similarity: null,
  differs: (recorded: unknown) =>
    (recorded as Query).flatMap((word, at): Difference[] =>
      word === words[at]
        ? []
        : [{ path: at === 0 ? "name" : `words[${at}]`, expected: word, actual: words[at], change: "changed" }],
    ),
});

test("the fewest differences, the first of equals", () => {
  const items = [item("a", "s", ["x", "1", "2"]), item("b", "s", ["y", "1", "3"]), item("c", "s", ["y", "2", "2"])];
  expect(likeliestMock(ask("s", ["y", "1", "2"]), items)?.entry.name).toBe("a");
  expect(likeliestMock(ask("s", ["y", "1", "9"]), items)?.entry.name).toBe("b");
});

test("of equals whoever differs in the fewest words, and the first where no word tells", () => {
  const items = ["lock:4 held by 7f3a", "lock:2 held by 19bc", "2"].map((text) => item(text, "s", ["x", text]));
  const [first, second, bare] = items.map(({ entry }) => entry.name);
  const named = (text: string) => likeliestMock(ask("s", ["x", text]), items)?.entry.name;
  expect([named("lock:2 held by 88aa"), named("lock:4 held by 88aa")]).toEqual([second, first]);
  expect([named("lock:9 held by 88aa"), named("9")]).toEqual([first, first]);
  expect(likeliestMock(ask("s", ["x", "9"]), items.toReversed())?.entry.name).toBe(bare);
});

test("of another shape only where parts of it differ, or texts that have words in common", () => {
  const items = [item("a", "INSERT 1", ["INSERT INTO orders VALUES ('a1')"]), item("b", "DEL 1", ["k"])];
  expect(likeliestMock(ask("INSERT 2", ["INSERT INTO orders VALUES ('b2')"]), items)?.entry.name).toBe("a");
  expect(likeliestMock(ask("SELECT", ["j"]), items)).toBeUndefined();
  expect(likeliestMock(ask("DEL 2", ["k", "x"]), [item("b", "DEL 1", ["k", "y"])])?.entry.name).toBe("b");
});
