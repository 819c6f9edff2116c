import { expect, test } from "bun:test";
import { mirror } from "../../../scripts/check/mirror.ts";

const check = (files: Record<string, string>) =>
  mirror(Object.entries(files).map(([path, text]) => ({ path, text }))).map(({ path, says }) => `${path}: ${says}`);

const module = "export const a = 1;";
const tested = 'test("a", () => {});';

test("a module without a mirror fails, below src/, ffi/ and scripts/check/", () => {
  expect(check({ "src/a/b.ts": module, "ffi/c.ts": module, "scripts/check/d.ts": module })).toEqual([
    "src/a/b.ts: it has no mirror test/a/b.test.ts",
    "ffi/c.ts: it has no mirror test/ffi/c.test.ts",
    "scripts/check/d.ts: it has no mirror test/scripts/check/d.test.ts",
  ]);
});

test("whatever exports something to run needs a mirror", () => {
  for (const text of [
    "export default 1;",
    "export * from './x.ts';",
    "const a = 1; export { a };",
    "export class A {}",
  ]) {
    expect(check({ "src/a/b.ts": text })).toHaveLength(1);
  }
});

test("types alone, what is generated, and known entry points need none", () => {
  const types =
    "export interface A {}\nexport type B = 1;\nexport type { C } from './c.ts';\nexport declare const d: 1;";
  expect(
    check({ "src/a/b.ts": types, "ffi/structs.ts": module, "src/main.ts": "run();", "src/a/c.d.ts": module }),
  ).toEqual([]);
});

test("a module that runs but exports nothing must be a known entry point", () => {
  expect(check({ "src/a/b.ts": "start();" })).toEqual([
    "src/a/b.ts: it runs something, exports nothing and is no known entry point",
  ]);
});

test("a mirror with tests passes, also with a wrapper of the project's; an empty one fails", () => {
  expect(check({ "src/a/b.ts": module, "test/a/b.test.ts": tested })).toEqual([]);
  expect(check({ "src/a/b.ts": module, "test/a/b.test.ts": 'rootTest("a", () => {});' })).toEqual([]);
  expect(check({ "src/a/b.ts": module, "test/a/b.test.ts": "// none" })).toEqual([
    "src/a/b.ts: its mirror test/a/b.test.ts holds no test",
  ]);
});

test("a test that mirrors nothing fails, except where the whole is tested", () => {
  expect(check({ "test/a/gone.test.ts": tested })).toEqual([
    "test/a/gone.test.ts: it mirrors neither src/a/gone.ts nor a/gone.ts",
  ]);
  expect(
    check({ "test/e2e/a.test.ts": tested, "test/conformance/b.test.ts": tested, "test/regression/c.test.ts": tested }),
  ).toEqual([]);
});
