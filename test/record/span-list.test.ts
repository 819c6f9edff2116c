import { expect, test } from "bun:test";
import { SpanList } from "../../src/record/span-list.ts";

test("what is put in comes out by number, names whole", () => {
  const spans = new SpanList();
  const wanted = Array.from({ length: 5_000 }, (_, index) => ({
    name: `${index % 3 === 0 ? "get-items-by-id" : "mock"}-${index + 1}`,
    from: 1_763_711_137_000.125 + index,
    to: 1_763_711_137_000.5 + index,
  }));
  for (const { name, from, to } of wanted) spans.add(name, from, to);
  expect(spans.count).toBe(5_000);
  expect(
    wanted.map((_, index) => ({ name: spans.nameOf(index), from: spans.startOf(index), to: spans.endOf(index) })),
  ).toEqual(wanted);
});
