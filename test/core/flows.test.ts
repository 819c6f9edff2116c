import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { Flows } from "../../src/core/flows.ts";

const differs = (expected: unknown, actual: unknown, path = "body.id"): Difference => ({
  path,
  expected,
  actual,
  change: "changed",
});

const [R, A] = ["0b8e7a7c-51a5-4f0c-9f57-1f6e2b4a9c10", "f3a1c6de-0000-4abc-8def-0123456789ab"];

test("a value of an answer goes into later requests, wherever it stands there", () => {
  const flows = new Flows();
  expect([flows.isEmpty, flows.request(`/orders/${R}`)]).toEqual([true, `/orders/${R}`]);
  flows.answered("t", [differs("tok.R7a-b_c/9", "tok.A7a-b_c/9", "body.token"), differs(104_711, 93_555, "body.n")]);
  const carried: string[] = [];
  const sent = flows.request("Bearer tok.R7a-b_c/9; n=104711&x=1047110", ({ path }) => carried.push(path));
  expect([sent, carried]).toEqual(["Bearer tok.A7a-b_c/9; n=93555&x=1047110", ["body.token", "body.n"]]);
  expect(flows.request("t=tok.R7a-b_c%2F9")).toBe("t=tok.A7a-b_c%2F9");
});

test("what a request has said before any answer is the client's own", () => {
  const flows = new Flows();
  flows.request(`{"key":"${R}"}`);
  flows.answered("t", [differs(R, A)]);
  expect(flows.request(`/${R}`)).toBe(`/${R}`);
});

test("of a text the words that differ, such as a cookie's value", () => {
  const flows = new Flows();
  flows.answered("t", [
    differs("sid=aB3dE6fG; Path=/", "sid=zY9xW8vU; Path=/"),
    differs(`/orders/${R}`, `/orders/${A}`),
  ]);
  expect(flows.request(`lang=de; sid=aB3dE6fG`)).toBe("lang=de; sid=zY9xW8vU");
  expect(flows.request(`/orders/${R}/items`)).toBe(`/orders/${A}/items`);
});

test("words, small numbers and instants flow nowhere", () => {
  const flows = new Flows();
  flows.answered("t", [
    differs("pending", "completed"),
    differs(7, 8),
    differs("2026-11-21T14:00:00Z", "2026-11-21T14:00:02Z"),
    differs(1_795_269_600, 1_795_269_602),
    { path: "a", expected: R, change: "missing" },
  ]);
  expect(flows.isEmpty).toBe(true);
});

test("a difference that is the value itself is explained, one beside it is not", () => {
  const flows = new Flows();
  flows.answered("t", [differs(R, A)]);
  expect(flows.explains(differs(R, A))).toBe(true);
  expect(flows.explains(differs(`order ${R} is paid`, `order ${A} is paid`))).toBe(true);
  expect(flows.explains(differs(`order ${R} is paid`, `order ${A} is open`))).toBe(false);
  expect(flows.explains(differs(R, crypto.randomUUID()))).toBe(false);
});
