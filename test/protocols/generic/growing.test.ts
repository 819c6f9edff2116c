import { expect, test } from "bun:test";
import { Growing } from "../../../src/protocols/generic/growing.ts";

test("bytes come out as they went in, however they are cut", () => {
  const growing = new Growing();
  const out: number[] = [];
  for (let value = 0; value < 5000; value++) {
    growing.add(Uint8Array.of(value % 256, (value + 1) % 256, (value + 2) % 256));
    out.push(...growing.take(value % 5));
  }
  out.push(...growing.bytes);
  expect(out).toEqual(Array.from({ length: 15_000 }, (_, at) => (Math.floor(at / 3) + (at % 3)) % 256));
});

test("what was taken stays as it is", () => {
  const growing = new Growing();
  growing.add(Uint8Array.of(1, 2, 3));
  const taken = growing.take(3);
  growing.add(Uint8Array.of(9, 9, 9));
  expect([...taken, growing.length]).toEqual([1, 2, 3, 3]);
});
