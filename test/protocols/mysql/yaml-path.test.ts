import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { Node } from "../../../src/protocols/mysql/yaml-path.ts";

test("what is wrong is named by its path", () => {
  const node = new Node({ replies: [{ code: "x" }] }, "spec");
  const [reply] = node.at("replies").items();
  expect(() => reply?.at("code").integer(0, 9)).toThrow("spec.replies[0].code must be a whole number from 0 to 9");
  expect(() => node.at("replies").text()).toThrow(FormatError);
  expect([reply?.at("none").isAbsent, reply?.at("none").itemsOrNone()]).toEqual([true, []]);
});
