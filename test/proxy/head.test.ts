import { expect, test } from "bun:test";
import { Head, headLimitBytes } from "../../src/proxy/head.ts";

test("a head keeps what came, in order, up to its limit", () => {
  const head = new Head();
  for (const word of ["one ", "two ", "", "three"]) head.add(Buffer.from(word));
  expect(Buffer.from(head.bytes).toString()).toBe("one two three");
  head.add(new Uint8Array(headLimitBytes).fill(7));
  head.add(Uint8Array.of(8));
  expect([head.bytes.length, head.bytes.at(-1)]).toEqual([headLimitBytes, 7]);
});
