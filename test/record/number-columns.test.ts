import { expect, test } from "bun:test";
import { NumberColumns } from "../../src/record/number-columns.ts";

test("rows keep their values however many there are", () => {
  const columns = new NumberColumns(2);
  for (let row = 0; row < 5_000; row++) expect(columns.add(row, -row)).toBe(row);
  columns.put(7, 1, 0.5);
  expect([columns.count, columns.at(4_999, 0), columns.at(4_999, 1), columns.at(7, 1)]).toEqual([
    5_000, 4_999, -4_999, 0.5,
  ]);
  expect(columns.at(5_000, 0)).toBe(0);
});
