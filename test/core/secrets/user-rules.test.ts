import { expect, test } from "bun:test";
import { UsageError } from "../../../src/core/errors.ts";
import { Redactor } from "../../../src/core/secrets/redactor.ts";
import { isAt, readUserRules, segmentsOf } from "../../../src/core/secrets/user-rules.ts";

const redact = (rules: unknown, text: string, name = "body", place = ["resp", "body"]) =>
  new Redactor({ surroundings: [], rules: readUserRules(rules, "reprise.yml") }).text(text, name, place);

test("a form of one's own, and a place of one's own", () => {
  expect(redact([{ name: "employee", regex: "EMP-[0-9]{4}" }], "ask EMP-1234")).toBe("ask {{secret.employee-1}}");
  expect(redact([{ name: "pin", path: "body.user.code" }], '{"code":"1","user":{"code":"7"}}')).toBe(
    '{"code":"1","user":{"code":"{{secret.pin-1}}"}}',
  );
  expect(redact([{ path: "header.X-Trace" }], "abc", "X-Trace", ["req", "header", "x-trace"])).toBe(
    "{{secret.secret-1}}",
  );
});

test("what is none although it looks like one", () => {
  const body = '{"token":"demo-abcdef1","other":{"password":"hunter2x"}}';
  expect(redact([{ except: "body.token" }], body)).toBe(
    '{"token":"demo-abcdef1","other":{"password":"{{secret.password-1}}"}}',
  );
  expect(redact([{ except: "/^demo-/" }, { except: "body.other" }], body)).toBe(body);
});

test("what is no rule is an error that shows one", () => {
  for (const wrong of ["x", [1], [{}], [{ regex: "(" }], [{ except: 7 }]]) {
    expect(() => readUserRules(wrong, "reprise.yml")).toThrow(UsageError);
  }
  expect(readUserRules(null, "x").regexes).toEqual([]);
});

test("places are told from anywhere inside, without indices", () => {
  expect(segmentsOf('body.items[2]["a.b"].C')).toEqual(["body", "items", "a.b", "c"]);
  expect([isAt(["req", "body", "a", "b"], ["body", "*"]), isAt(["req", "a"], ["b"])]).toEqual([true, false]);
});
