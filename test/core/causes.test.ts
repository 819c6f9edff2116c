import { expect, test } from "bun:test";
import { attribute, mappingsOf, type Span, type Spans } from "../../src/core/attribute.ts";
import { CauseJudge, type Causes } from "../../src/core/causes.ts";

interface Test {
  readonly from: number;
  readonly to: number;
  readonly reader?: number;
  readonly responder?: number;
  readonly readAt?: number;
  readonly holds?: readonly number[];
}

interface Mock {
  readonly at: number;
  readonly asker?: number;
  readonly isGuess?: boolean;
  readonly shape?: number;
  readonly holds?: readonly number[];
}

const spans = (all: readonly Span[]): Spans => ({
  count: all.length,
  nameOf: (index) => all[index]?.name ?? "",
  startOf: (index) => all[index]?.startedAt ?? 0,
  endOf: (index) => all[index]?.endedAt ?? 0,
});

/** Tests `t0`, `t1`, … and mocks `m0`, `m1`, …; each mock takes one unit of time. */
interface Kin {
  readonly parents?: Readonly<Record<number, number>>;
  readonly born?: Readonly<Record<number, number>>;
  readonly threads?: readonly number[];
}

const setting = (
  tests: readonly Test[],
  mocks: readonly Mock[],
  { parents = {}, born = {}, threads = [] }: Kin = {},
) => {
  const causes: Causes = {
    contexts: 20,
    readerOf: (index) => tests[index]?.reader ?? 0,
    readAtOf: (index) => tests[index]?.readAt ?? tests[index]?.from ?? 0,
    responderOf: (index) => tests[index]?.responder ?? tests[index]?.reader ?? 0,
    respondedAtOf: (index) => tests[index]?.to ?? 0,
    askerOf: (mock) => mocks[mock]?.asker ?? 0,
    isGuess: (mock) => mocks[mock]?.isGuess === true,
    tokensOfTest: (index) => Uint32Array.from(tests[index]?.holds ?? []),
    tokensOfMock: (mock) => Uint32Array.from(mocks[mock]?.holds ?? []),
    shapeOf: (mock) => mocks[mock]?.shape ?? 0,
    parentOf: (context) => parents[context] ?? 0,
    bornAtOf: (context) => born[context] ?? 0,
    isThread: (context) => threads.includes(context),
  };
  return {
    tests: spans(tests.map(({ from, to }, index) => ({ name: `t${index}`, startedAt: from, endedAt: to }))),
    mocks: spans(mocks.map(({ at }, index) => ({ name: `m${index}`, startedAt: at, endedAt: at + 1 }))),
    causes,
  };
};

const mapped = (...of: Parameters<typeof setting>) => {
  const { tests, mocks, causes } = setting(...of);
  return [...mappingsOf(tests, mocks, causes)].flatMap(({ test: owner, mocks: owned }) =>
    owned.map(({ name, by }) => `${name} of ${owner}: ${by}`),
  );
};

test("of tests at the same time each gets the calls of who handles it", () => {
  const tests = [
    { from: 0, to: 100, reader: 1 },
    { from: 1, to: 101, reader: 2 },
  ];
  expect(
    mapped(tests, [
      { at: 10, asker: 2 },
      { at: 11, asker: 1 },
    ]),
  ).toEqual(["m1 of t0: exact", "m0 of t1: exact"]);
});

test("who has read another request before this one was answered says nothing: time does", () => {
  const tests = [
    { from: 0, to: 100, reader: 1 },
    { from: 5, to: 50, reader: 1 },
  ];
  expect(
    mapped(tests, [
      { at: 2, asker: 1 },
      { at: 10, asker: 1 },
    ]),
  ).toEqual(["m0 of t0: window", "m1 of t1: overlap"]);
});

test("a request that waits to be read is nobody's yet", () => {
  const tests = [
    { from: 0, to: 100, reader: 1 },
    { from: 5, to: 200, reader: 1, readAt: 101 },
  ];
  expect(
    mapped(tests, [
      { at: 10, asker: 1 },
      { at: 110, asker: 1 },
    ]),
  ).toEqual(["m0 of t0: exact", "m1 of t1: exact"]);
});

test("a request that one has read and another answers is told by the one who answers, and not exactly", () => {
  const tests = [
    { from: 0, to: 100, reader: 1, responder: 5 },
    { from: 1, to: 90, reader: 1, responder: 6 },
  ];
  expect(
    mapped(tests, [
      { at: 10, asker: 5 },
      { at: 11, asker: 6 },
    ]),
  ).toEqual(["m0 of t0: window", "m1 of t1: window"]);
});

test("who leaves one request to others and stays with the next until its answer asks for the next", () => {
  const tests = [
    { from: 0, to: 300, reader: 1, responder: 5 },
    { from: 10, to: 100, reader: 1 },
    { from: 110, to: 320, reader: 1, responder: 6 },
    { from: 120, to: 330, reader: 1, responder: 5 },
  ];
  const mocks = [{ at: 20 }, { at: 115 }, { at: 130 }].map(({ at }) => ({ at, asker: 1 }));
  expect(mapped(tests, mocks)).toEqual(["m0 of t1: exact", "m1 of t2: overlap", "m2 of t3: overlap"]);
});

test("who answers one request while at another says nothing, though others answer most of what it reads", () => {
  const tests = [
    { from: 0, to: 300, reader: 1, responder: 5 },
    { from: 5, to: 310, reader: 1, responder: 5 },
    { from: 10, to: 320, reader: 1, responder: 5 },
    { from: 20, to: 100, reader: 1 },
    { from: 30, to: 200, reader: 1 },
  ];
  expect(mapped(tests, [{ at: 40, asker: 1 }])).toEqual(["m0 of t4: overlap"]);
});

test("who has read and answered one request, and answers the next that another has read, asks for the next", () => {
  const tests = [
    { from: 0, to: 100, reader: 5 },
    { from: 110, to: 200, reader: 1, responder: 5 },
    { from: 120, to: 210, reader: 1, responder: 6 },
    { from: 220, to: 300, reader: 5 },
  ];
  const mocks = [
    { at: 10, asker: 5 },
    { at: 105, asker: 5 },
    { at: 130, asker: 5 },
    { at: 131, asker: 6 },
    { at: 230, asker: 5 },
  ];
  const kin = { parents: { 6: 1 }, born: { 6: 115 }, threads: [1, 5, 6] };
  expect(mapped(tests, mocks, kin)).toEqual([
    "m0 of t0: exact",
    "m1 of t0: overlap",
    "m2 of t1: window",
    "m3 of t2: window",
    "m4 of t3: exact",
  ]);
});

test("children and their children ask for the one who started them", () => {
  const tests = [
    { from: 0, to: 100, reader: 1 },
    { from: 1, to: 101, reader: 2 },
  ];
  const parents = { 11: 1, 12: 11, 13: 2 };
  const mocks = [
    { at: 10, asker: 11 },
    { at: 11, asker: 12 },
    { at: 12, asker: 13 },
  ];
  expect(mapped(tests, mocks, { parents })).toEqual(["m0 of t0: exact", "m1 of t0: exact", "m2 of t1: exact"]);
});

test("a child that asks for one request after the other works for whoever comes", () => {
  const tests = [
    { from: 0, to: 100, reader: 1 },
    { from: 200, to: 300, reader: 1 },
    { from: 250, to: 300, reader: 2 },
  ];
  const mocks = [
    { at: 10, asker: 11 },
    { at: 260, asker: 11 },
  ];
  expect(mapped(tests, mocks, { parents: { 11: 1 } })).toEqual(["m0 of t0: window", "m1 of t2: overlap"]);
});

test("a child whose birth was seen is its parent's as that was then, whatever it does since", () => {
  const tests = [
    { from: 0, to: 100, reader: 1 },
    { from: 110, to: 200, reader: 1 },
  ];
  const kin = { parents: { 11: 1, 12: 11 }, born: { 11: 90, 12: 105 } };
  const mocks = [
    { at: 95, asker: 11 },
    { at: 120, asker: 12 },
  ];
  expect(mapped(tests, mocks, kin)).toEqual(["m0 of t0: exact", "m1 of t0: overlap"]);
});

test("a thread that goes on after the answer is one of a pool, whoever started it", () => {
  const tests = [
    { from: 0, to: 100, reader: 1 },
    { from: 10, to: 200, reader: 2 },
  ];
  const kin = { parents: { 11: 1, 12: 1 }, born: { 11: 5, 12: 5 }, threads: [1, 2, 11, 12] };
  const mocks = [
    { at: 6, asker: 11 },
    { at: 7, asker: 12 },
    { at: 150, asker: 11 },
  ];
  expect(mapped(tests, mocks, kin)).toEqual(["m0 of t0: window", "m1 of t0: exact", "m2 of t1: window"]);
});

test("what follows the answer is its own by guess, and long after it nobody's", () => {
  const tests = [
    { from: 0, to: 100, reader: 1 },
    { from: 90, to: 5_000, reader: 2 },
  ];
  expect(
    mapped(tests, [
      { at: 110, asker: 1 },
      { at: 4_000, asker: 1 },
    ]),
  ).toEqual(["m0 of t0: overlap"]);
});

test("who asks between tests as well asks for none", () => {
  const tests = [
    { from: 100, to: 200, reader: 1 },
    { from: 300, to: 400, reader: 1 },
  ];
  const polls = [50, 150, 250, 350, 450].map((at) => ({ at, asker: 9 }));
  expect(mapped(tests, [...polls, { at: 360, asker: 1 }])).toEqual(["m5 of t1: exact"]);
  const byChildren = [50, 150, 250, 350].map((at, index) => ({ at, asker: 10 + index }));
  expect(mapped(tests, byChildren, { parents: { 10: 9, 11: 9, 12: 9, 13: 9 } })).toEqual([]);
});

test("where nobody knows who asks, what is asked between tests as well is a poll", () => {
  const tests = [
    { from: 100, to: 200 },
    { from: 300, to: 400 },
  ];
  const polls = [50, 150, 250, 260, 350].map((at) => ({ at, shape: 7 }));
  const others = [60, 70, 160, 250].map((at) => ({ at, shape: 8 }));
  expect(mapped(tests, [...polls, ...others])).toEqual(["m7 of t0: window"]);
});

test("where nobody knows who asks, of several tests the one with most in common is likelier", () => {
  const tests = [
    { from: 0, to: 100, holds: [1, 5, 9] },
    { from: 1, to: 100, holds: [2, 5, 9] },
    { from: 2, to: 100, holds: [3, 5] },
  ];
  const mocks = [
    { at: 10, holds: [1, 5] },
    { at: 11, holds: [2, 9] },
    { at: 12, holds: [5, 7] },
  ];
  expect(mapped(tests, mocks)).toEqual(["m0 of t0: likely", "m1 of t1: likely", "m2 of t2: overlap"]);
});

test("of what is asked at once for several requests on one connection, who asks is likely", () => {
  const tests = [{ from: 0, to: 100, reader: 1 }];
  expect(mapped(tests, [{ at: 10, asker: 1, isGuess: true }])).toEqual(["m0 of t0: likely"]);
});

test("but for a call that has clearly most in common with another test", () => {
  const tests = [
    { from: 0, to: 100, reader: 1, holds: [1, 5] },
    { from: 1, to: 100, reader: 2, holds: [2, 5] },
  ];
  const mocks = [
    [2, 7],
    [5, 7],
    [1, 2],
  ].map((holds, n) => ({ at: 10 + n, asker: 1, isGuess: true, holds }));
  const surely = { at: 20, asker: 1, holds: [2] };
  const late = [[1], [5]].map((holds, n) => ({ at: 101 + n, asker: 1, holds }));
  const other = { from: 50, to: 120, reader: 3, holds: [1] };
  const ended = tests.map((each, n) => ({ ...each, holds: [5, 8 + n] }));
  expect(mapped(tests, [...mocks, surely])).toEqual([
    "m1 of t0: likely",
    "m2 of t0: likely",
    "m3 of t0: exact",
    "m0 of t1: likely",
  ]);
  expect(mapped([...ended, other, { ...other, holds: [7] }], late)).toEqual(["m1 of t0: overlap", "m0 of t2: likely"]);
});

test("who asks only while tests run works for them: time tells for which", () => {
  const tests = [
    { from: 100, to: 200, reader: 1 },
    { from: 300, to: 400, reader: 1 },
  ];
  const mocks = [110, 120, 310, 320].map((at) => ({ at, asker: 9 }));
  expect(mapped(tests, mocks)).toEqual([
    "m0 of t0: window",
    "m1 of t0: window",
    "m2 of t1: window",
    "m3 of t1: window",
  ]);
});

test("without causes time alone tells", () => {
  const { tests, mocks } = setting([{ from: 0, to: 10 }], [{ at: 3 }, { at: 12 }]);
  const listed = (of: Spans): Span[] =>
    Array.from({ length: of.count }, (_, i) => ({
      name: of.nameOf(i),
      startedAt: of.startOf(i),
      endedAt: of.endOf(i),
    }));
  expect([...mappingsOf(tests, mocks)]).toEqual(attribute(listed(tests), listed(mocks)));
});

test("a hundred thousand of each are judged in well under a second", () => {
  const count = 100_000;
  const tests = Array.from({ length: count }, (_, i) => ({ from: i, to: i + 50, reader: 1 + (i % 60) }));
  const mocks = Array.from({ length: count }, (_, i) => ({ at: i + 1, asker: 1 + (i % 60) }));
  const { causes, ...of } = setting(tests, mocks);
  const judge = new CauseJudge(of.tests, of.mocks, { ...causes, contexts: 61 });
  const startedAt = performance.now();
  let exact = 0;
  for (let mock = 0; mock < count; mock++) {
    const verdict = judge.judge(mock);
    if (verdict.is === "caused" && verdict.test === mock && verdict.by === "exact") exact++;
  }
  expect(exact).toBe(count);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});
