import { expect, test } from "bun:test";
import { imports } from "../../../scripts/check/imports.ts";

const check = (path: string, text: string) => imports([{ path, text }]).map(({ line, says }) => `${line}: ${says}`);

test("downward imports, the same folder, and main to cli pass", () => {
  expect(
    check("src/record/a.ts", 'import { a } from "../proxy/relay.ts";\nimport "./b.ts";\nimport "../core/pool.ts";'),
  ).toEqual([]);
  expect(check("src/main.ts", 'import { run } from "./cli/run.ts";')).toEqual([]);
  expect(check("src/cli/a.ts", 'import { protocols } from "../protocols/index.ts";')).toEqual([]);
  expect(check("src/protocols/index.ts", 'import { dns } from "./dns/index.ts";')).toEqual([]);
  expect(
    check(
      "src/capture/a.ts",
      'import o from "../../dist/native/x.bpf.o" with { type: "file" };\nimport "../../ffi/libc.ts";',
    ),
  ).toEqual([]);
  expect(
    check(
      "ffi/libc.ts",
      'import { dlopen } from "bun:ffi";\nimport { EnvironmentError } from "../src/core/errors.ts";',
    ),
  ).toEqual([]);
});

test("an upward import fails, of whatever kind it is", () => {
  const says = "core is below store and does not import it";
  for (const text of [
    'import { a } from "../store/a.ts";',
    'import type { A } from "../store/a.ts";',
    'import { type A } from "../store/a.ts";',
    'export * from "../store/a.ts";',
    'export type { A } from "../store/a.ts";',
    'type A = import("../store/a.ts").A;',
    'const a = await import("../store/a.ts");',
    "const a = await import(`../store/a.ts`);",
    'const a = require("../store/a.ts");',
    'import a = require("../store/a.ts");',
  ]) {
    expect(check("src/core/x.ts", `\n${text}`)).toEqual([`2: ../store/a.ts: ${says}`]);
  }
});

test("folders of one row, and protocols among themselves, do not import each other", () => {
  expect(check("src/proxy/x.ts", 'import "../capture/a.ts";')).toEqual([
    "1: ../capture/a.ts: proxy and capture are in one row and do not import each other",
  ]);
  expect(check("src/protocols/dns/x.ts", 'import "../http1/a.ts";')).toEqual([
    "1: ../http1/a.ts: protocols/dns and protocols/http1 are in one row and do not import each other",
  ]);
  expect(check("src/protocols/dns/x.ts", 'import "../index.ts";')).toHaveLength(1);
});

test("only cli takes the protocols", () => {
  expect(check("src/replay/x.ts", 'import "../protocols/index.ts";')).toEqual([
    "1: ../protocols/index.ts: only cli imports protocols; replay is handed the list",
  ]);
});

test("only capture and target reach what is native", () => {
  expect(check("src/proxy/x.ts", 'import "../../ffi/libc.ts";')).toHaveLength(1);
  expect(check("src/store/x.ts", 'import { dlopen } from "bun:ffi";')).toHaveLength(1);
  expect(check("src/record/x.ts", 'import l from "../../dist/native/launcher" with { type: "file" };')).toHaveLength(1);
  expect(check("ffi/x.ts", 'import "../src/capture/a.ts";')).toHaveLength(1);
});

test("core and lib do no input or output, src does not reach outside, and an unknown folder is named", () => {
  expect(check("src/core/x.ts", 'import { readFileSync } from "node:fs";')).toEqual([
    "1: node:fs: core does no input or output",
  ]);
  expect(check("src/cli/x.ts", 'import "../../scripts/check/all.ts";')).toHaveLength(1);
  expect(check("src/elsewhere/x.ts", 'import "../core/pool.ts";')).toHaveLength(1);
});
