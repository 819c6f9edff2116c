import { expect, test } from "bun:test";
import { fill, viewOf } from "../../../../src/protocols/postgres/types/value-codec.ts";

test("views begin where the bytes do", () => {
  const bytes = Uint8Array.of(9, 0, 7).subarray(1);
  expect(viewOf(bytes).getInt16(0)).toBe(7);
  expect(fill(2, (view) => view.setInt16(0, 7))).toEqual(Uint8Array.of(0, 7));
});
