import { expect, test } from "bun:test";
import { console as check } from "../../../scripts/check/console.ts";

const found = (path: string, text: string) => check([{ path, text }]).map(({ line, says }) => `${line}: ${says}`);

test("printing and ending fail outside cli", () => {
  expect(found("src/store/a.ts", '\nconsole.log("a");')).toEqual(["2: console.log: only src/cli prints"]);
  expect(found("src/store/a.ts", 'process.stderr.write("a");')).toEqual(["1: process.stderr: only src/cli prints"]);
  expect(found("ffi/a.ts", "process.exit(1);")).toEqual(["1: process.exit: only src/main.ts ends the process"]);
  for (const text of [
    "process.exitCode = 1;",
    'globalThis.console.warn("a");',
    'console["log"](1);',
    "process['exit'](1);",
  ]) {
    expect(found("src/core/a.ts", text)).toHaveLength(1);
  }
  expect(found("src/core/a.ts", 'import { exit } from "node:process";')).toHaveLength(1);
});

test("cli and main may, comments and other objects do not count", () => {
  expect(found("src/cli/output.ts", 'console.log("a");')).toEqual([]);
  expect(found("src/main.ts", "process.exit(0);")).toEqual([]);
  expect(found("src/store/a.ts", "// console.log\nhost.console.log(1); child.exit(1); process.pid;")).toEqual([]);
});
