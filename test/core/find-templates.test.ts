import { expect, test } from "bun:test";
import { findTemplates, templated, type PlainTest } from "../../src/core/find-templates.ts";

const tests: readonly PlainTest[] = [
  {
    name: "login",
    request: { method: "POST", url: "http://a/login", body: '{"user":"ann"}' },
    response: { header: { "Set-Cookie": "sid=a1b2c3d4; Path=/" }, body: '{"token":"{{secret.token-1}}","user":"ann"}' },
  },
  {
    name: "create",
    request: { method: "POST", url: "http://a/items", header: { Authorization: "Bearer {{secret.token-1}}" }, body: '{"n":3}' }, // prettier-ignore
    response: { header: { Location: "/items/7" }, body: '{"id": 7, "count": 3, "ref": "0b8e7a7c-51a5-4f0c-9f57-1f6e2b4a9c10"}' }, // prettier-ignore
  },
  {
    name: "read",
    request: { method: "GET", url: "http://a/items/7?ref=0b8e7a7c-51a5-4f0c-9f57-1f6e2b4a9c10", header: { Cookie: "sid=a1b2c3d4" }, body: "" }, // prettier-ignore
    response: { body: '{"id": 7, "seven": 7}' },
  },
];

const templates = findTemplates(tests, new Set(["id"]));
const order = new Map(tests.map(({ name }, at) => [name, at]));

test("what is handed out and carried later has a name; small numbers only as ids", () => {
  expect(templates).toEqual([
    { name: "sid", value: "a1b2c3d4", type: "string", from: "login", to: ["read"] },
    { name: "token", value: "{{secret.token-1}}", type: "string", from: "login", to: ["create"] },
    { name: "id1", value: "7", type: "int", from: "create", to: ["read"] },
    { name: "ref", value: "0b8e7a7c-51a5-4f0c-9f57-1f6e2b4a9c10", type: "string", from: "create", to: ["read"] },
  ]);
});

test("each test is said again with names", () => {
  const said = (name: string, part: "request" | "response", text: string) => templated(text, templates, { name, order }, part); // prettier-ignore
  expect(said("create", "request", "Bearer {{secret.token-1}}")).toBe("Bearer {{string .token}}");
  expect(said("create", "response", '{"id": 7, "count": 3}')).toBe('{"id": {{int .id1}}, "count": 3}');
  expect(said("read", "request", "http://a/items/7?ref=0b8e7a7c-51a5-4f0c-9f57-1f6e2b4a9c10")).toBe(
    "http://a/items/{{int .id1}}?ref={{string .ref}}",
  );
  expect(said("read", "response", '{"id": 7, "seven": 7}')).toBe('{"id": {{int .id1}}, "seven": 7}');
  expect(said("login", "request", "sid=a1b2c3d4")).toBe("sid=a1b2c3d4");
});

test("a small id is a client's own only where it stood for one", () => {
  const made = { name: "m", request: { method: "POST", url: "http://a/items", header: { Agent: "x/7" } }, response: { body: '{"id":7}' } }; // prettier-ignore
  const read = { name: "r", request: { method: "GET", url: "http://a/items/7" }, response: {} };
  expect(findTemplates([made, read], new Set()).map(({ name }) => name)).toEqual(["id"]);
  expect(findTemplates([{ ...read, name: "q" }, made, read], new Set())).toEqual([]);
});

test("what a client said first is its own", () => {
  const echo = { name: "e", request: { url: "http://a/x/a1b2c3d4" }, response: { body: '{"id":"a1b2c3d4"}' } };
  expect(findTemplates([echo, { ...echo, name: "f" }], new Set())).toEqual([]);
});
