import { expect, test } from "bun:test";
import { partOf, withRewrittenParts, withTemplate } from "../../src/store/edit-templates.ts";

const text = `version: reprise/v1
kind: Http
spec:
  req:
    method: POST
    url: http://localhost/items/R1 # mine
    header:
      Cookie: "sid=R1"
      X-Only: R1
    body: |-
      {
        "id": "R1",
        "n": 7
      }
  resp:
    body: '{"id":"R1"}'
  created: 1
`;

test("only the lines with another value change, and stay YAML", () => {
  const rewrite = (each: string): string =>
    each.replaceAll("R1", "{{string .id}}").replaceAll('"n": 7', '"n": {{int .n}}');
  expect(withRewrittenParts(text, rewrite)).toBe(
    text
      .replace("http://localhost/items/R1 # mine", '"http://localhost/items/{{string .id}}" # mine')
      .replace('"sid=R1"', '"sid={{string .id}}"')
      .replace("X-Only: R1", 'X-Only: "{{string .id}}"')
      .replace('"id": "R1",', '"id": "{{string .id}}",')
      .replace('"n": 7', '"n": {{int .n}}')
      .replace(`'{"id":"R1"}'`, String.raw`"{\"id\":\"{{string .id}}\"}"`),
  );
  expect(withRewrittenParts(text, (each) => each)).toBe(text);
  expect(withRewrittenParts(text, (each, part) => (part === "response" ? "x" : each))).toBe(
    text.replace(`'{"id":"R1"}'`, '"x"'),
  );
});

test("the parts of a test as data", () => {
  expect([partOf({ spec: { req: { a: 1 }, resp: 2 } }, "request"), partOf({ spec: {} }, "response")]).toEqual([{ a: 1 }, undefined]); // prettier-ignore
});

test("values are kept in config.yaml beside what it says", () => {
  const config = "# mine\nversion: reprise/v1\nnoise: {}\n";
  const once = withTemplate(config, { id: "7" });
  expect(once).toBe(`${config}template:\n  id: "7"\n`);
  expect(withTemplate(once, { token: "x" })).toBe(`${config}template:\n  id: "7"\n  token: x\n`);
});
