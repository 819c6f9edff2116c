import { expect, test } from "bun:test";
import { adviceFor } from "../../src/report/advice.ts";
import { sampleRun } from "../support/sample-run.ts";

const testSet = sampleRun.testSets[0];
const advice = (name: string): string[] => {
  const found = testSet?.tests.find((each) => each.name === name);
  if (testSet === undefined || found === undefined) throw new Error(`the sample has no test ${name}`);
  return adviceFor(testSet, found);
};

test("a difference is advised on with the file and the line that would leave it out", () => {
  expect(advice("get-users-by-id-1")).toEqual([
    "If the change is meant, record this test again.",
    "If it differs every time, add `body.name`, `body.age`, `body.email`, `body.tags[2]` to the list spec.assertions.noise in test-set-0/tests/get-users-by-id-1.yaml, or to noise in reprise.yml for all tests.",
  ]);
});

test("several differences are named, and many are counted", () => {
  const found = testSet?.tests.find((each) => each.name === "get-users-by-id-1");
  if (testSet === undefined || found === undefined) throw new Error("the sample has no such test");
  const differences = ["a", "b", "c", "d", "e", "f"].map((path) => ({ path, change: "changed" }) as const);
  expect(adviceFor(testSet, { ...found, differences }).join()).toContain(
    "add `a`, `b`, `c`, `d` and 2 more to the list",
  );
});

test("another status is no noise", () => {
  const found = testSet?.tests.find((each) => each.name === "get-users-by-id-1");
  if (testSet === undefined || found === undefined) throw new Error("the sample has no such test");
  const differences = ["status", "body.id"].map((path) => ({ path, change: "changed" }) as const);
  expect(adviceFor(testSet, { ...found, differences })).toEqual(["If the change is meant, record this test again."]);
});

test("misses are told apart: another call, the same once more, nothing like it", () => {
  expect(advice("post-orders-1")).toEqual([
    "The app asks for something else than it was recorded asking: look at what differs from the nearest mock.",
    "The app asks the same more often than it was recorded asking.",
    "1 call of the app was never recorded.",
    "If the change is meant, record this test again.",
  ]);
});

test("a green test needs no advice", () => expect(advice("get-users-1")).toEqual([]));

test("a refused unix socket is no call that another recording would hold", () => {
  const found = testSet?.tests.find((each) => each.name === "post-orders-1");
  if (testSet === undefined || found === undefined) throw new Error("the sample has no such test");
  const missed = [{ protocol: "unix socket", asked: "/run/a", nearest: null }];
  const advised =
    "Nothing is recorded of the unix socket /run/a: have the app reach that service by host and port and record again, " +
    "or let it through: --pass-through-sockets /run/a";
  expect(adviceFor(testSet, { ...found, missed })).toEqual([advised]);
  expect(adviceFor(testSet, { ...found, missed: [...found.missed, ...missed] })).toContain(advised);
});
