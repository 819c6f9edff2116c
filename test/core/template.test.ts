import { expect, test } from "bun:test";
import { markOf, readMarked, renderTemplates, templateOf } from "../../src/core/template.ts";

const values: Readonly<Record<string, string>> = { id: "7", token: "abc" };

test("names in each spelling, and those that nobody knows", () => {
  expect(
    renderTemplates("/{{int .id}}/{{string .token}}/{{ .id }}/{{.x}}/{{secret.a-1}}", (name) => values[name]),
  ).toBe("/7/abc/7/{{.x}}/{{secret.a-1}}");
  expect(renderTemplates(templateOf("float", "id"), (name) => values[name])).toBe("7");
});

test("what an answer says in the places of names", () => {
  const names = ["id", "token"];
  const marked = renderTemplates("sid={{string .token}}; n={{int .id}}", markOf(names));
  expect(readMarked(marked, "sid=xyz; n=9", names)).toEqual(new Map([["token", "xyz"], ["id", "9"]])); // prettier-ignore
  expect(readMarked(marked, "sid=xyz, n=9", names)).toBeNull();
});
