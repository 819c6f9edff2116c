import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { Fields, misshapen } from "../../../src/protocols/http1/yaml-fields.ts";
import { bytes } from "./example.ts";

const fields = new Fields(
  { text: "t", number: 5, digits: "7", flag: true, none: null, list: [1], map: { a: 1 }, raw: bytes("r") },
  "req",
);

test("fields are read as what they should be", () => {
  expect(fields.text("text", "")).toBe("t");
  expect(fields.text("number", "")).toBe("5");
  expect(fields.text("none", "absent")).toBe("absent");
  expect([fields.integer("number", 0), fields.integer("digits", 0), fields.integer("none", 3)]).toEqual([5, 7, 3]);
  expect([fields.flag("flag"), fields.flag("none")]).toEqual([true, false]);
  expect([fields.list("list"), fields.list("none")]).toEqual([[1], []]);
  expect([fields.bytes("raw"), fields.bytes("text"), fields.bytes("none")]).toEqual([
    bytes("r"),
    bytes("t"),
    undefined,
  ]);
  expect(fields.fields("map").at("a")).toBe("req.map.a");
  expect([fields.has("none"), fields.has("toString")]).toEqual([false, false]);
});

test("what is something else is named by its path", () => {
  const fault = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      if (error instanceof FormatError) return `${error.where}: ${error.message}`;
    }
    return "";
  };
  expect(fault(() => fields.text("map", ""))).toBe("req.map: req.map must be text, not a mapping.");
  expect(fault(() => fields.integer("text", 0))).toBe("req.text: req.text must be a whole number, not a string.");
  expect(fault(() => fields.flag("text"))).toBe("req.text: req.text must be true or false, not a string.");
  expect(fault(() => fields.list("map"))).toBe("req.map: req.map must be a list, not a mapping.");
  expect(fault(() => new Fields([], "resp"))).toBe("resp: resp must be a mapping, not a list.");
  expect(fault(() => new Fields(null, "resp"))).toBe("resp: resp must be a mapping, not nothing.");
  expect(misshapen("a", "text", undefined).code).toBe("format.yaml");
});
