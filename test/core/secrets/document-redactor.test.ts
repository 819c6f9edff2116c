import { expect, test } from "bun:test";
import { DocumentRedactor, escapedDocument } from "../../../src/core/secrets/document-redactor.ts";
import { Redactor } from "../../../src/core/secrets/redactor.ts";

const redact = (value: unknown) => new DocumentRedactor(new Redactor()).document(value);

test("data without secrets is not copied", () => {
  const value = { a: [1, "x", { b: null }], c: new Uint8Array([1, 2]), rows: [["1"]] };
  expect(redact(value)).toBe(value);
  expect(escapedDocument(value)).toBe(value);
});

test("values by the names of their fields, by columns, by what a statement says", () => {
  expect(
    redact({
      header: { Authorization: "Bearer abc", "Set-Cookie": ["sid=a1b2c3; Path=/", "theme=dark"], Accept: "*/*" },
      sql: "INSERT INTO users (name, password) VALUES ($1, $2)",
      parameters: [
        { type: "text", value: "ann" },
        { type: "text", value: "pw-1" },
      ],
      replies: [
        { columns: [{ name: "id" }, { name: "api_token" }] },
        {
          rows: [
            ["1", "tk-1"],
            ["2", null],
          ],
        },
      ],
      options: [
        { name: "password", value: "pw-2" },
        { name: "user", value: "ann" },
      ],
    }),
  ).toEqual({
    header: { Authorization: "Bearer {{secret.authorization-1}}", "Set-Cookie": ["sid={{secret.cookie-sid-1}}; Path=/", "theme=dark"], Accept: "*/*" }, // prettier-ignore
    sql: "INSERT INTO users (name, password) VALUES ($1, $2)",
    parameters: [
      { type: "text", value: "ann" },
      { type: "text", value: "{{secret.password-1}}" },
    ],
    replies: [
      { columns: [{ name: "id" }, { name: "api_token" }] },
      {
        rows: [
          ["1", "{{secret.api-token-1}}"],
          ["2", null],
        ],
      },
    ],
    options: [
      { name: "password", value: "{{secret.password-2}}" },
      { name: "user", value: "ann" },
    ],
  });
});

test("words of commands, replies to them, pairs", () => {
  expect(
    redact({ command: ["HGET", "user:1", "password"], reply: "pw-1", list: [{ map: [["token", "tk-1"], ["n", 1]] }] }),
  ).toEqual({ command: ["HGET", "user:1", "password"], reply: "{{secret.password-1}}", list: [{ map: [["token", "{{secret.token-1}}"], ["n", 1]] }] }); // prettier-ignore
  expect(
    redact({
      commands: [
        ["SET", "token:1", "tk-1"],
        ["GET", "a"],
      ],
    }),
  ).toEqual({
    commands: [["SET", "token:1", "{{secret.token-1}}"], ["GET", "a"]], // prettier-ignore
  });
});

test("exact bytes go where what they say was changed", () => {
  const wire = new Uint8Array([31, 139]);
  expect(redact({ body: '{"password":"pw-1"}', body_wire: wire })).toEqual({
    body: '{"password":"{{secret.password-1}}"}',
  });
  expect(redact({ body: "{}", body_wire: wire })).toEqual({ body: "{}", body_wire: wire });
});

test("without redaction only what looks like a placeholder is marked", () => {
  expect(escapedDocument({ a: ["{{secret.x}}", "pw"], b: "{{y}}" })).toEqual({
    a: ["{{\\secret.x}}", "pw"],
    b: "{{y}}",
  });
});
