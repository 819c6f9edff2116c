import { expect, test } from "bun:test";
import { size } from "../../../scripts/check/size.ts";

const lines = (count: number) => "a;\n".repeat(count);
const check = (path: string, text: string) => size([{ path, text }]).map(({ line, says }) => `${line}: ${says}`);

test("400 lines pass and 401 fail, in TypeScript and in C", () => {
  expect(check("src/a.ts", lines(400))).toEqual([]);
  expect(check("src/a.ts", lines(401))).toEqual(["401: 401 lines, and 400 is the most"]);
  expect(check("bpf/a.h", lines(401))).toHaveLength(1);
  expect(check("bpf/vmlinux/x86/vmlinux.h", lines(401))).toEqual([]);
});

test("80 lines of a function pass and 81 fail, but not in a suite of tests", () => {
  const of = (count: number) => `const a = 1;\nfunction f() {\n${lines(count - 2)}}\n`;
  expect(check("src/a.ts", of(80))).toEqual([]);
  expect(check("src/a.ts", of(81))).toEqual(["2: a function of 81 lines, and 80 is the most"]);
  expect(check("src/a.ts", `const f = () => {\n${lines(80)}};\n`)).toHaveLength(1);
  expect(check("test/a.test.ts", of(81))).toEqual([]);
});
