import { expect, test } from "bun:test";
import { FormatError } from "../../src/core/errors.ts";
import { digestKey, type MockEntry } from "../../src/core/mock-entry.ts";
import type { Protocol } from "../../src/core/protocol.ts";
import { forgottenNote } from "../../src/replay/forgotten.ts";

const toy = { name: "toy", key: (spec: string) => ({ text: spec, shape: spec, asked: `GET ${spec}` }) } as unknown;
const mock = (order: number, load: () => unknown = () => `/${order}`): MockEntry => ({
  name: `mock-${order}`,
  order,
  protocol: "toy",
  key: digestKey({ text: "a", shape: "a" }),
  destination: null,
  reuse: "once",
  startedAt: 0,
  endedAt: 0,
  load,
});
const edited = mock(4, () => {
  throw new FormatError("format.yaml", "The file was edited.", "mocks.yaml:1");
});

test("forgotten calls are named, the first five of them", () => {
  const protocols = [toy as Protocol];
  expect(forgottenNote([], protocols)).toBeNull();
  expect(forgottenNote([edited, ...[5, 6, 7, 8, 9].map((order) => mock(order))], protocols)).toBe(
    "Recorded outside any test, and not asked for: mock-4, mock-5 (GET /5), mock-6 (GET /6), mock-7 (GET /7), mock-8 (GET /8), and 1 more.",
  );
});
