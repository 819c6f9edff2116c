import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { objectPath, structsModule, structsPath } from "../../scripts/gen-structs.ts";

test("the committed offsets are those of the built object", () => {
  expect(readFileSync(structsPath, "utf8")).toBe(structsModule(readFileSync(objectPath)));
});
