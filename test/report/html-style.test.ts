import { expect, test } from "bun:test";
import { style } from "../../src/report/html-style.ts";

test("the style knows dark and narrow screens, and fetches nothing", () => {
  expect(style).toContain("prefers-color-scheme:dark");
  expect(style).toContain("max-width:700px");
  expect(style).not.toMatch(/url\(|@import|<\//);
});
