import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import type { Header } from "../../../src/protocols/http1/spec.ts";
import { Fields } from "../../../src/protocols/http1/yaml-fields.ts";
import { headersFromYaml, headersToYaml, sameHeaders } from "../../../src/protocols/http1/yaml-headers.ts";

const back = (header: unknown): Header[] => headersFromYaml(new Fields({ header }, "resp"), "header");

test("a mapping where it gives everything back, else lines", () => {
  const plain: Header[] = [
    ["A", "1"],
    ["Set-Cookie", "x"],
    ["Set-Cookie", "y, z"],
    ["set-cookie", "w"],
    ["E", ""],
  ];
  expect(headersToYaml(plain)).toEqual({ A: "1", "Set-Cookie": ["x", "y, z"], "set-cookie": "w", E: "" });
  const mixed: Header[] = [
    ["A", "1"],
    ["B", "2"],
    ["A", "3"],
  ];
  expect(headersToYaml(mixed)).toEqual(["A: 1", "B: 2", "A: 3"]);
  const numeric: Header[] = [
    ["X", "1"],
    ["7", "2"],
  ];
  expect(headersToYaml(numeric)).toEqual(["X: 1", "7: 2"]);
  for (const headers of [plain, mixed, numeric, []])
    expect(sameHeaders(back(headersToYaml(headers)), headers)).toBe(true);
  expect(sameHeaders(plain, mixed)).toBe(false);
});

test("values that a file's reader made numbers of are text again", () => {
  expect(back({ "Content-Length": 12, "X-Flag": true, "X-None": null, Odd: "a\r\nInjected: b" })).toEqual([
    ["Content-Length", "12"],
    ["X-Flag", "true"],
    ["X-None", ""],
    ["Odd", "a Injected: b"],
  ]);
  expect(back(undefined)).toEqual([]);
});

test("what is no field is named", () => {
  expect(() => back("text")).toThrow(FormatError);
  expect(() => back(["no colon"])).toThrow("resp.header[0] must be a line like `Name: value`");
  expect(() => back({ A: { b: 1 } })).toThrow("resp.header.A must be text");
  expect(() => back({ A: ["x", []] })).toThrow("resp.header.A[1] must be text");
});
