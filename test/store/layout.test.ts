import { expect, test } from "bun:test";
import { byNumber, slug, testSetPaths } from "../../src/store/layout.ts";

test("titles become file names", () => {
  expect(["get-users-by-id", "GET /a?b=1", "../../etc", "", "é", "x".repeat(200)].map(slug)).toEqual([
    "get-users-by-id",
    "get-a-b-1",
    "etc",
    "test",
    "test",
    "x".repeat(80),
  ]);
});

test("numbers sort as numbers", () => {
  expect(["test-set-10", "test-set-2", "a"].sort(byNumber)).toEqual(["a", "test-set-2", "test-set-10"]);
});

test("a test set's files lie below its folder", () => {
  expect(testSetPaths("/r/test-set-0")).toEqual({
    dir: "/r/test-set-0",
    config: "/r/test-set-0/config.yaml",
    tests: "/r/test-set-0/tests",
    mocks: "/r/test-set-0/mocks.yaml",
    mappings: "/r/test-set-0/mappings.yaml",
    assets: "/r/test-set-0/assets",
    secrets: "/r/test-set-0/secret.yaml",
    placeholders: "/r/test-set-0/placeholders.yaml",
  });
});
