import { describe, expect, test } from "bun:test";
import { diffJson } from "../../src/core/json-diff.ts";
import { parseJson } from "../../src/core/json.ts";
import { learnNoise, type Lesson, rulesOf } from "../../src/core/learn-noise.ts";

const AT = Date.UTC(2026, 10, 21, 14);

/** What playings of one JSON answer teach; the first value is the recorded one. */
const lesson = (recorded: unknown, ...played: unknown[]): Lesson => {
  const json = (value: unknown) => parseJson(JSON.stringify(value)) ?? null;
  const playings = played.map((value, index) => ({
    clocks: [AT + index * 60_000],
    differences: diffJson("body", json(recorded), json(value)),
  }));
  return learnNoise(playings, AT);
};

const rules = (...values: [unknown, ...unknown[]]) => rulesOf(lesson(...values).learned);
const uuid = () => crypto.randomUUID();

test("what differs from the recording and between the playings is noise; what differs alike is a change", () => {
  const { learned, steady } = lesson(
    { id: uuid(), n: 1, price: 42 },
    { id: uuid(), n: 5, price: 43 },
    { id: uuid(), n: 9, price: 43 },
  );
  expect(rulesOf(learned)).toEqual({ "body.id": ["uuid"], "body.n": ["number"] });
  expect(steady).toEqual([{ path: "body.price", expected: 42, actual: 43, change: "changed" }]);
});

test("a number that is whole now and then is a number", () => {
  expect(rules({ n: 3.5 }, { n: 7 }, { n: 1.25 })).toEqual({ "body.n": ["number"] });
  expect(rules({ n: 3 }, { n: 7.5 }, { n: 4 })).toEqual({ "body.n": ["number"] });
});

test("one playing like the recording does not hide what the other shows", () => {
  expect(rules({ n: 2 }, { n: 2 }, { n: 3 })).toEqual({ "body.n": ["number"] });
  expect(rules({ n: 2 }, { n: 3 }, { n: 3 })).toEqual({});
});

test("a clock that was read at all times is one, though both playings read the same", () => {
  const at = (offset: number) => ({ at: new Date(AT + offset).toISOString() });
  expect(rules(at(500), at(2_000), at(2_000))).toEqual({});
  const { learned } = learnNoise(
    [1, 2].map(() => ({
      clocks: [AT + 3_600_000],
      differences: diffJson(
        "body",
        parseJson(`{"at":${AT / 1000}}`) ?? null,
        parseJson(`{"at":${AT / 1000 + 3601}}`) ?? null,
      ),
    })),
    AT,
  );
  expect(rulesOf(learned)).toEqual({ "body.at": ["timestamp"] });
});

describe("lists", () => {
  test("the same items in an order that varies", () => {
    expect(rules({ a: ["x", "y", "z"] }, { a: ["z", "y", "x"] }, { a: ["y", "z", "x"] })).toEqual({
      "body.a": ["any order"],
    });
  });

  test("another order that stays is a change", () => {
    const { learned, steady } = lesson(["x", "y"], ["y", "x"], ["y", "x"]);
    expect([learned, steady.map(({ path }) => path)]).toEqual([[], ["body[0]", "body[1]"]]);
  });

  test("items with ids of their own are the same where the rest is", () => {
    const item = (name: string) => ({ name, id: uuid() });
    const learned = rules([item("a"), item("b"), item("c")], [item("c"), item("a"), item("b")], [item("b"), item("c"), item("a")]); // prettier-ignore
    expect(learned).toEqual({ body: ["any order"], "body[*].id": ["uuid"] });
  });

  test("a business item that is another in such a list is none of its noise", () => {
    const { learned, steady } = lesson(["x", "y", "z"], ["z", "w", "x"], ["w", "z", "x"]);
    expect(rulesOf(learned)).toEqual({ body: ["any order"] });
    expect(steady).toEqual([{ path: "body[1]", expected: "y", actual: "w", change: "changed" }]);
  });

  test("ids of all items are said once, those of some for themselves", () => {
    const items = (...ids: string[]) => ({ items: ids.map((id, at) => ({ id, n: at })) });
    expect(rules(items(uuid(), uuid()), items(uuid(), uuid()), items(uuid(), uuid()))).toEqual({
      "body.items[*].id": ["uuid"],
    });
    const fixed = uuid();
    expect(rules(items(uuid(), fixed), items(uuid(), fixed), items(uuid(), fixed))).toEqual({
      "body.items[0].id": ["uuid"],
    });
  });

  test("random numbers in a list are no reordered list", () => {
    expect(rules({ a: [3, 1, 2] }, { a: [2, 5, 9] }, { a: [7, 7, 1] })).toEqual({ "body.a[*]": ["number"] });
  });
});

test("a field that comes and goes is one that may", () => {
  expect(rules({ a: 1 }, { a: 1, b: 2 }, { a: 1 })).toEqual({ "body.b": [] });
});

test("a field that went for good, or changed its type, is a change", () => {
  const { learned, steady } = lesson({ a: 1, b: "1" }, { b: 1 }, { b: 1 });
  expect([learned, steady.map(({ path, change }) => `${path} ${change}`)]).toEqual([
    [],
    ["body.a missing", "body.b retyped"],
  ]);
});

test("a status is never noise", () => {
  const status = (actual: number) => [{ path: "status", expected: 200, actual, change: "changed" } as const];
  const { learned, steady } = learnNoise(
    [500, 502].map((actual) => ({ clocks: [AT], differences: status(actual) })),
    AT,
  );
  expect([learned, steady]).toEqual([[], status(502)]);
});
