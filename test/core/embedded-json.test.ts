import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { withoutJsonTexts } from "../../src/core/embedded-json.ts";
import { enclosings } from "../../src/core/enclosing.ts";

const changed = (expected: unknown, actual: unknown): Difference => ({
  path: "w",
  expected,
  actual,
  change: "changed",
});

test("two JSON texts differ by their members, at any depth, and still know the text", () => {
  const [inner, other] = [1, 2].map((id) => JSON.stringify({ id }));
  const found = withoutJsonTexts([changed(JSON.stringify({ inner, n: 1 }), JSON.stringify({ inner: other, n: 1 }))]);
  expect(found).toEqual([{ path: "w.inner.id", expected: 1, actual: 2, change: "changed" }]);
  const around = [...enclosings(found[0] ?? expect.unreachable())].map(({ path, actual }) => [path, typeof actual]);
  expect(around).toEqual([["w.inner", "object"], ["w.inner", "string"], ["w", "object"], ["w", "string"]]); // prettier-ignore
});

test("other texts, and JSON that differs in its layout only, stay what they are", () => {
  const whole = [changed("{broken", "{other"), changed('{"a":1}', '{ "a": 1 }'), changed("text", "{}"), changed(1, 2)];
  expect(withoutJsonTexts(whole)).toEqual(whole);
});
