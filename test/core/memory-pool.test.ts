import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { createPools, type PoolOptions, type Pools } from "../../src/core/memory-pool.ts";
import { digestKey, type MockEntry } from "../../src/core/mock-entry.ts";
import type { Ask, Take } from "../../src/core/pool.ts";
import type { Attribution, Destination, Mapping } from "../../src/core/test-case.ts";

interface Query {
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly answer: string;
}

const DB: Destination = { host: "db", address: "10.0.0.5", port: 5432, isTls: false };

const keyText = (sql: string, parameters: readonly string[]): string => JSON.stringify([sql, parameters]);

function mock(order: number, sql: string, parameters: readonly string[], more: Partial<MockEntry> = {}): MockEntry {
  const spec: Query = { sql, parameters, answer: `answer-${order}` };
  const key = digestKey({ text: keyText(sql, parameters), shape: sql });
  const name = `mock-${order}`;
  const times = { startedAt: order, endedAt: order };
  return { name, order, protocol: "sql", key, destination: DB, reuse: "once", ...times, load: () => spec, ...more };
}

function differs(sql: string, parameters: readonly string[], recorded: Query): Difference[] {
  const found: Difference[] = [];
  if (recorded.sql !== sql) found.push({ path: "sql", expected: recorded.sql, actual: sql, change: "changed" });
  for (const [index, actual] of parameters.entries()) {
    const expected = recorded.parameters[index];
    if (expected !== actual) found.push({ path: `parameters[${index}]`, expected, actual, change: "changed" });
  }
  return found;
}

function ask(sql: string, parameters: readonly string[] = [], likeness: Ask<Query>["similarity"] = null): Ask<Query> {
  const key = { text: keyText(sql, parameters), shape: sql, asked: `${sql} [${parameters.join(", ")}]` };
  return { key, differs: (recorded) => differs(sql, parameters, recorded), similarity: likeness };
}

const map = (name: string, by: Attribution, ...mocks: string[]): Mapping => ({
  test: name,
  mocks: mocks.map((each) => ({ name: each, by })),
});

const pools = (mocks: Iterable<MockEntry>, mappings: readonly Mapping[] = [], more: Partial<PoolOptions> = {}): Pools =>
  createPools(mocks, { mappings, counts: (_mock, differences) => differences, ...more });

const said = (take: Take<Query>): string =>
  take.found
    ? `${take.spec.answer} ${take.certainty}`
    : `miss ${take.nearest?.mock ?? "-"}: ${take.nearest?.differs.join("; ") ?? ""}`;

const at = (set: Pools, to: Partial<Destination> = {}) => set.poolFor<Query>("sql", { ...DB, ...to });

test("the nth time asked gets the nth answer, then it is a miss that says so", () => {
  const set = pools(
    [mock(1, "a", []), mock(2, "b", []), mock(3, "a", [])],
    [map("t", "exact", "mock-1", "mock-2", "mock-3")],
  );
  set.run("t");
  const pool = at(set);
  expect([1, 2, 3].map(() => said(pool.take(ask("a"))))).toEqual([
    "answer-1 exact",
    "answer-3 exact",
    "miss mock-1: already served to test t",
  ]);
});

test("a test's own mocks go first, then those of no test, whose last answer repeats", () => {
  const set = pools([mock(1, "a", []), mock(2, "a", []), mock(3, "a", [])], [map("t", "window", "mock-2")]);
  set.run("t");
  const pool = at(set);
  expect([1, 2, 3, 4].map(() => said(pool.take(ask("a"))))).toEqual([
    "answer-2 exact",
    "answer-1 exact",
    "answer-3 exact",
    "answer-3 exact",
  ]);
  expect(set.usage().tests[0]?.served.map(({ from, repeated }) => [from, repeated])).toEqual([
    ["test", false],
    ["background", false],
    ["background", false],
    ["background", true],
  ]);
});

test("a mock that surely belongs to another test is not served, and the miss names that test", () => {
  for (const by of ["exact", "window"] as const) {
    const set = pools([mock(1, "a", ["1"])], [map("other", by, "mock-1")]);
    set.run("t");
    expect(said(at(set).take(ask("a", ["1"])))).toBe("miss mock-1: belongs to test other");
    set.run(null);
    expect(said(at(set).take(ask("a", ["1"])))).toBe("miss mock-1: belongs to test other");
  }
});

test("a mock whose owner was a guess may serve another test, and is marked", () => {
  const mocks = [mock(1, "a", []), mock(2, "a", [])];
  const set = pools(mocks, [map("other", "overlap", "mock-1"), map("t", "overlap", "mock-2")]);
  set.run("t");
  const pool = at(set);
  expect([1, 2, 3].map(() => said(pool.take(ask("a"))))).toEqual([
    "answer-2 exact",
    "answer-1 exact",
    "miss mock-2: already served to test t",
  ]);
  expect(set.usage().tests[0]?.served.map(({ from }) => from)).toEqual(["test", "overlap"]);
});

test("what surely is the test's own goes before a guess, whatever the order", () => {
  const set = pools(
    [mock(1, "a", []), mock(2, "a", [])],
    [map("t", "overlap", "mock-1"), map("t", "window", "mock-2")],
  );
  set.run("t");
  expect([said(at(set).take(ask("a"))), said(at(set).take(ask("a")))]).toEqual(["answer-2 exact", "answer-1 exact"]);
});

test("of guesses the one that follows on the recorded connection answers, in the order of that connection", () => {
  const on = (connection: string) => ({ connection });
  const mocks = [
    mock(1, "set", ["x"], on("1")),
    mock(2, "set", ["y"], on("2")),
    mock(3, "sum", [], on("1")),
    mock(4, "sum", [], on("2")),
    mock(5, "sum", [], on("2")),
  ];
  const guesses = [map("x", "overlap", "mock-2", "mock-5"), map("y", "overlap", "mock-1", "mock-3", "mock-4")];
  const set = pools(mocks, guesses);
  const answers = (name: string, value: string, sums: number) => {
    set.run(name);
    const pool = at(set);
    const asks = [ask("set", [value]), ...Array.from({ length: sums }, () => ask("sum"))];
    return asks.map((each) => said(pool.take(each)));
  };
  expect(answers("x", "x", 1)).toEqual(["answer-1 exact", "answer-3 exact"]);
  expect(answers("y", "y", 2)).toEqual(["answer-2 exact", "answer-4 exact", "answer-5 exact"]);
});

test("a later answer that surely is the test's own waits for the earlier ones of its connection", () => {
  const on = { connection: "1" };
  const mocks = [mock(1, "open", [], on), mock(2, "fetch", [], on), mock(3, "fetch", [], on)];
  const set = pools(mocks, [map("t", "window", "mock-1", "mock-3"), map("o", "overlap", "mock-2")]);
  set.run("t");
  const pool = at(set);
  const taken = ["open", "fetch", "fetch"].map((sql) => said(pool.take(ask(sql))));
  expect(taken).toEqual(["answer-1 exact", "answer-2 exact", "answer-3 exact"]);
});

test("an unused answer with a guessed owner goes before a repeated one of start-up", () => {
  const set = pools([mock(1, "a", []), mock(2, "a", [])], [map("other", "overlap", "mock-2")]);
  const pool = at(set);
  expect(said(pool.take(ask("a")))).toBe("answer-1 exact");
  set.run("t");
  expect(said(pool.take(ask("a")))).toBe("answer-2 exact");
  expect(said(pool.take(ask("a")))).toBe("answer-1 exact");
});

test("reuse repeat: the nth answer, then the last for any test, and unused is nobody's business", () => {
  const mocks = [mock(1, "a", [], { reuse: "repeat" }), mock(2, "a", [], { reuse: "repeat" })];
  const set = pools(mocks, [map("s", "exact", "mock-1"), map("t", "exact", "mock-2")]);
  const heard: string[] = [];
  for (const name of ["s", "t", "u"]) {
    set.run(name);
    heard.push(said(at(set).take(ask("a"))));
  }
  expect(heard).toEqual(["answer-1 exact", "answer-2 exact", "answer-2 exact"]);
  expect(pools(mocks, [map("s", "exact", "mock-1")]).pending("s")).toBe(0);
});

test("what differs only in noise is served as noise; one other field makes it a miss", () => {
  const counts: PoolOptions["counts"] = ({ protocol, name }, differences) =>
    differences.filter(({ path }) => protocol !== "sql" || !name.startsWith("mock-") || path !== "parameters[1]");
  const mocks = [mock(1, "a", ["1", "x"]), mock(2, "a", ["2", "y"]), mock(3, "a", ["2", "z"])];
  const set = pools(mocks, [map("t", "exact", "mock-1", "mock-2"), map("o", "exact", "mock-3")], { counts });
  set.run("t");
  const pool = at(set);
  expect(said(pool.take(ask("a", ["2", "now"])))).toBe("answer-2 noise");
  expect(said(pool.take(ask("a", ["2", "now"])))).toBe("miss mock-2: already served to test t");
  expect(said(pool.take(ask("a", ["1", "now"])))).toBe("answer-1 noise");
});

test("likeness serves only where the protocol offers it, only above the mark, and never another test's mock", () => {
  const mocks = [mock(1, "a", ["aaaa"]), mock(2, "b", ["aaab"]), mock(3, "c", ["abbb"])];
  const set = pools(mocks, [map("t", "exact", "mock-1", "mock-3"), map("o", "exact", "mock-2")], { similarFrom: 0.7 });
  set.run("t");
  const pool = at(set);
  const like = (text: string) => (recorded: Query) =>
    [...text].filter((letter, index) => recorded.parameters[0]?.[index] === letter).length / text.length;
  expect(said(pool.take(ask("?", ["aaab"])))).toStartWith("miss");
  expect(said(pool.take(ask("?", ["aaab"], like("aaab"))))).toBe("answer-1 similar");
  expect(said(pool.take(ask("?", ["aaab"], like("aaab"))))).toStartWith("miss");
});

test("never across ports, hosts or protocols; what names no destination answers any", () => {
  const set = pools([mock(1, "a", []), mock(2, "b", [], { destination: null })]);
  expect(said(at(set, { port: 5433 }).take(ask("a")))).toBe("miss mock-1: destination: db:5432 -> db:5433");
  const stranger = at(set, { host: "db2", address: "10.0.0.6" });
  expect(said(stranger.take(ask("a")))).toBe("miss mock-1: destination: db:5432 -> db2:5432");
  expect(set.poolFor<Query>("other", DB).take(ask("a"))).toEqual({ found: false, nearest: null });
  expect(said(stranger.take(ask("b")))).toBe("answer-2 exact");
});

test("an endpoint is known by each of its names and addresses", () => {
  const set = pools([
    mock(1, "a", []),
    mock(2, "b", [], { destination: { ...DB, address: "10.0.0.6" } }),
    mock(3, "c", [], { destination: { host: "127.0.0.1", address: "127.0.0.1", port: 5432, isTls: false } }),
  ]);
  expect(said(at(set, { host: "10.0.0.6", address: "10.0.0.6" }).take(ask("a")))).toBe("answer-1 exact");
  expect(said(at(set, { host: "DB.", address: "10.9.9.9" }).take(ask("b")))).toBe("answer-2 exact");
  for (const address of ["::1", "::ffff:127.0.0.1", "localhost"]) {
    expect(said(at(set, { host: address, address }).take(ask("c")))).toBe("answer-3 exact");
  }
  expect(said(at(set, { host: "127.0.0.2", address: "127.0.0.2" }).take(ask("c")))).toStartWith(
    "miss mock-3: destination",
  );
});

test("the nearest mock: same shape of the running test, of the peer, then any of the protocol", () => {
  const mocks = [mock(1, "a", ["1"]), mock(2, "a", ["2"]), mock(3, "b", [])];
  const set = pools(mocks, [map("s", "exact", "mock-1"), map("t", "exact", "mock-2", "mock-3")]);
  const pool = at(set);
  set.run("t");
  expect(said(pool.take(ask("a", ["3"])))).toBe("miss mock-2: parameters[0]: 2 -> 3");
  set.run("s");
  expect(said(pool.take(ask("b", ["9"])))).toBe("miss mock-3: parameters[0]: (absent) -> 9; belongs to test t");
  expect(said(pool.take(ask("z")))).toBe("miss mock-1: sql: a -> z");
});

test("recall gives set-up knowledge in order and uses up nothing", () => {
  const set = pools([mock(2, "a", ["x"], { destination: null }), mock(1, "a", ["y"]), mock(3, "b", [])]);
  expect([...at(set).recall("a")].map(({ answer }) => answer)).toEqual(["answer-1", "answer-2"]);
  expect(set.usage().totals).toEqual({ recorded: 3, served: 0, missed: 0, unused: 0 });
});

test("usage says what was served, missed and unused for each test that ran", () => {
  const mocks = [mock(1, "a", []), mock(2, "b", []), mock(3, "c", []), mock(4, "d", [])];
  const set = pools(mocks, [map("t", "exact", "mock-2", "mock-3"), map("not run", "exact", "mock-4")]);
  const pool = at(set);
  pool.take(ask("a"));
  set.run("t");
  expect(set.pending("t")).toBe(2);
  pool.take(ask("b"));
  pool.take(ask("zzz", ["1"]));
  const served = { protocol: "sql", certainty: "exact", repeated: false } as const;
  expect(set.usage()).toEqual({
    tests: [
      { test: null, served: [{ mock: "mock-1", from: "background", ...served }], missed: [], unused: [] },
      {
        test: "t",
        served: [{ mock: "mock-2", from: "test", ...served }],
        missed: [{ protocol: "sql", asked: "zzz [1]", nearest: { mock: "mock-3", differs: expect.any(Array) } }],
        unused: ["mock-3"],
      },
    ],
    totals: { recorded: 4, served: 2, missed: 1, unused: 1 },
  });
});

test("a miss is counted once, whether the pool, the session or both tell of it", () => {
  const set = pools([mock(1, "a", [])]);
  set.run("t");
  const taken = at(set).take(ask("zzz"));
  set.miss({ protocol: "sql", asked: "zzz []", nearest: taken.found ? null : taken.nearest });
  expect(set.usageOf("t").missed).toHaveLength(1);
  set.miss({ protocol: "sql", asked: "zzz []", nearest: null });
  expect(set.usageOf("t").missed).toHaveLength(2);
});

test("what a poll was told in a test's time goes on between tests, and proves nothing of that test", () => {
  const polled = [mock(1, "poll", []), mock(2, "own", []), mock(3, "poll", []), mock(4, "caused", [])];
  const mappings = [map("t", "window", "mock-1", "mock-2", "mock-3"), map("u", "exact", "mock-4")];
  const set = pools(polled, mappings);
  expect(said(at(set).take(ask("poll")))).toBe("miss mock-1: belongs to test t");
  set.run("t");
  expect(said(at(set).take(ask("poll")))).toBe("answer-1 exact");
  set.run("u");
  expect(said(at(set).take(ask("caused")))).toBe("answer-4 exact");
  set.run(null);
  expect(said(at(set).take(ask("poll")))).toBe("answer-1 exact");
  expect(said(at(set).take(ask("caused")))).toBe("miss mock-4: belongs to test u; already served to test u");
  expect(set.usageOf("t").unused).toEqual(["mock-2", "mock-3"]);
  expect(pools(polled, mappings).telling("t")).toBe(3);
  expect(pools([...polled, mock(5, "poll", [])], mappings).telling("t")).toBe(1);
});

test("set-up is not a test's own, whatever the mappings say", () => {
  const set = pools([mock(1, "begin", [], { reuse: "repeat" })], [map("t", "window", "mock-1")]);
  set.run("t");
  at(set).take(ask("begin"));
  expect(set.usageOf("t").served.map(({ from }) => from)).toEqual(["background"]);
});

test("what ran outside the tests and was never asked for is known", () => {
  const set = pools(
    [mock(1, "a", []), mock(2, "a", []), mock(3, "b", []), mock(4, "b", []), mock(5, "c", [], { reuse: "repeat" }), mock(6, "own", [])], // prettier-ignore
    [map("t", "window", "mock-6")],
  );
  at(set).take(ask("a"));
  expect(set.forgotten().map(({ name }) => name)).toEqual(["mock-3"]);
});

test("time per take does not grow with the number of mocks", () => {
  const perTake = (count: number): number => {
    const mocks = Array.from({ length: count }, (_, index) => mock(index, "a", [String(index % (count / 2))]));
    const mappings = Array.from({ length: count / 10 }, (_, index) =>
      map(`t${index}`, "exact", ...Array.from({ length: 10 }, (__, nth) => `mock-${index * 10 + nth}`)),
    );
    const set = pools(mocks, mappings);
    const pool = at(set);
    const rounds = 2_000;
    const started = performance.now();
    for (let index = 0; index < rounds; index++) {
      set.run(`t${index % (count / 10)}`);
      for (let nth = 0; nth < 10; nth++) pool.take(ask("a", [String((index * 10 + nth) % (count / 2))]));
    }
    return (performance.now() - started) / rounds;
  };
  perTake(20_000);
  const [few, many] = [perTake(20_000), perTake(100_000)];
  expect(many).toBeLessThan(few * 8);
});

test("what is awaited comes when the test has made the calls that were recorded before it, and at once for the impatient", () => {
  const mocks = [
    mock(1, "message", [], { reuse: "repeat" }),
    mock(2, "publish", []),
    mock(3, "poll", []),
    mock(4, "guess", []),
    mock(5, "poll", []),
    mock(6, "message", []),
    mock(7, "log", []),
  ];
  const mappings = [map("t", "window", "mock-2", "mock-3", "mock-6", "mock-7"), map("t", "overlap", "mock-4")];
  const awaited = (isAwaited: boolean) => ({ ...ask("message"), isAwaited });
  const patient = pools(mocks, mappings);
  patient.run("t");
  expect([1, 2].map(() => said(at(patient).take(awaited(true))))).toEqual(["answer-1 exact", "answer-1 exact"]);
  at(patient).take(ask("publish"));
  expect(said(at(patient).take(awaited(true)))).toBe("answer-6 exact");
  const impatient = pools(mocks.slice(1), mappings);
  impatient.run("t");
  expect(said(at(impatient).take(awaited(false)))).toBe("answer-6 exact");
});

test("every fresh answer and every other test is a change", () => {
  const set = pools([mock(1, "a", [], { reuse: "repeat" })]);
  let changes = 0;
  set.onChange(() => changes++);
  set.run("t");
  at(set).take(ask("a"));
  at(set).take(ask("a"));
  at(set).take(ask("b"));
  set.run(null);
  expect(changes).toBe(3);
});

test("what any of several peers knows is answered in the recorded order, whoever is asked", () => {
  const other = { ...DB, address: "10.0.0.6", host: "other" };
  const away = { ...DB, address: "10.0.0.7", host: "away" };
  const repeat = { reuse: "repeat" } as const;
  const set = pools([
    mock(1, "nodes", [], repeat),
    mock(2, "nodes", [], { destination: away, ...repeat }),
    mock(3, "nodes", [], { destination: other, ...repeat }),
  ]);
  const nodes = { ...ask("nodes"), anywhere: ({ answer }: Query) => answer !== "answer-2" };
  const third = at(set, { address: "10.0.0.8", host: "third" });
  expect([said(third.take(nodes)), said(at(set).take(nodes)), said(third.take(nodes))]).toEqual(["answer-1 exact", "answer-3 exact", "answer-3 exact"]); // prettier-ignore
  expect([[...third.recall("nodes")], [...third.recall("nodes", true)].map(({ answer }) => answer)]).toEqual([[], ["answer-1", "answer-2", "answer-3"]]); // prettier-ignore
});

test("what may be given again stays true until the test in which something else was", () => {
  const repeat = { reuse: "repeat" } as const;
  const set = pools([mock(1, "nodes", [], repeat), mock(2, "nodes", [], repeat)], [map("moved", "window", "mock-2")]);
  const twice = () => [1, 2].map(() => said(at(set).take(ask("nodes"))));
  expect(twice()).toEqual(["answer-1 exact", "answer-1 exact"]);
  set.run("before");
  expect(twice()).toEqual(["answer-1 exact", "answer-1 exact"]);
  set.run("moved");
  expect(twice()).toEqual(["answer-2 exact", "answer-2 exact"]);
  set.run(null);
  expect(twice()).toEqual(["answer-2 exact", "answer-2 exact"]);
});

test("what is awaited tells whether calls of its test came before", () => {
  const set = pools([mock(1, "publish", []), mock(2, "message", [])], [map("t", "window", "mock-1", "mock-2")]);
  const awaited = { ...ask("message"), isAwaited: false };
  set.run("t");
  at(set).take(ask("publish"));
  expect(at(set).take(awaited)).toMatchObject({ found: true, isPreceded: true });
  const alone = pools([mock(2, "message", [])], [map("t", "window", "mock-2")]);
  alone.run("t");
  expect(at(alone).take(awaited)).toMatchObject({ found: true, isPreceded: false });
});
