import { expect, test } from "bun:test";
import { attribute, type Span } from "../../src/core/attribute.ts";

const span = (name: string, startedAt: number, endedAt: number): Span => ({ name, startedAt, endedAt });
const mock = (name: string, startedAt: number, endedAt: number) => ({
  ...span(name, startedAt, endedAt),
  reuse: "once" as const,
});

test("a lone window is an answer, start-up and background belong to nobody", () => {
  const tests = [span("b", 20, 30), span("a", 0, 10)];
  const mocks = [mock("m1", -5, -4), mock("m2", 0, 10), mock("m3", 15, 16), mock("m4", 21, 22), mock("m5", 40, 41)];
  expect(attribute(tests, mocks)).toEqual([
    { test: "a", mocks: [{ name: "m2", by: "window" }] },
    { test: "b", mocks: [{ name: "m4", by: "window" }] },
  ]);
});

test("while several tests ran the owner is a guess: the latest started that was still running at the end", () => {
  const tests = [span("long", 0, 100), span("short", 10, 20)];
  const mocks = [mock("m1", 5, 6), mock("m2", 12, 13), mock("m3", 12, 50), mock("m4", 60, 61)];
  expect(attribute(tests, mocks)).toEqual([
    {
      test: "long",
      mocks: [
        { name: "m1", by: "window" },
        { name: "m3", by: "overlap" },
        { name: "m4", by: "window" },
      ],
    },
    { test: "short", mocks: [{ name: "m2", by: "overlap" }] },
  ]);
});

test("a call that outlasts its test is its own by guess only", () => {
  expect(attribute([span("a", 0, 10)], [mock("m", 9, 11)])).toEqual([
    { test: "a", mocks: [{ name: "m", by: "overlap" }] },
  ]);
});

test("mocks keep the order given, whatever the order of time", () => {
  const mocks = [mock("late", 8, 9), mock("early", 1, 2)];
  expect(attribute([span("a", 0, 10)], mocks)[0]?.mocks.map(({ name }) => name)).toEqual(["late", "early"]);
});

test("a hundred thousand tests and mocks take well under a second each", () => {
  const count = 100_000;
  const tests = Array.from({ length: count }, (_, index) => span(`t${index}`, index, index + 50));
  const mocks = Array.from({ length: count }, (_, index) => mock(`m${index}`, index + 0.5, index + 0.7));
  const startedAt = performance.now();
  const mappings = attribute(tests, mocks);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(mappings).toHaveLength(count);
  expect(mappings[500]).toEqual({ test: "t500", mocks: [{ name: "m500", by: "overlap" }] });
});
