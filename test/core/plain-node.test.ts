import { expect, test } from "bun:test";
import { FormatError } from "../../src/core/errors.ts";
import { Node } from "../../src/core/plain-node.ts";

test("what is wrong is named with its path", () => {
  const node = new Node({ a: [{ b: "x" }] }, "spec");
  expect(node.at("a").items()[0]?.at("b").text()).toBe("x");
  const attempt = (): unknown => node.at("a").items()[0]?.at("b").integer(0, 9);
  expect(attempt).toThrow(FormatError);
  expect(attempt).toThrow("spec.a[0].b must be a whole number from 0 to 9");
  expect(() => node.at("a").record()).toThrow("spec.a must be a mapping");
  expect(() => new Node("a\0", "spec").wireText()).toThrow(FormatError);
  expect(node.at("missing").itemsOrNone()).toEqual([]);
});
