import { expect, test } from "bun:test";
import { script } from "../../src/report/html-script.ts";

test("the script parses, fetches nothing and cannot end its element", () => {
  expect(() => new Function(script)).not.toThrow();
  expect(script).not.toMatch(/fetch|XMLHttpRequest|import\b|eval|innerHTML|<\//);
});
