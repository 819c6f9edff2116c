import { expect, test } from "bun:test";
import { noiseOf } from "../../src/cli/noise-of.ts";

test("rules of reprise.yml are for answers, and by protocol for requests", () => {
  expect(noiseOf({ file: { noise: ["body.id"] } })).toEqual({ tests: { "body.id": [] }, mocks: {} });
  expect(noiseOf({ file: { noise: { "body.id": "uuid", mocks: { postgres: { "parameters[1]": null } } } } })).toEqual({
    tests: { "body.id": ["uuid"] },
    mocks: { postgres: { "parameters[1]": [] } },
  });
  expect(noiseOf({ file: {} })).toEqual({ tests: {}, mocks: {} });
});

test("a broken one is named with its file and path", () => {
  expect(() => noiseOf({ file: { noise: { "body.n": ["number ± lots"] } } })).toThrow(
    "In noise of reprise.yml, at body.n, the matcher `number ± lots` is broken: write it like `number ± 1 %` or `number ± 0.5`.",
  );
});
