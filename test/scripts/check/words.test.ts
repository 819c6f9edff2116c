import { expect, test } from "bun:test";
import { words } from "../../../scripts/check/words.ts";

const check = (path: string, text: string) =>
  words([{ path, text }]).map(({ line, says }) => `${line}: ${says.split(":")[0]}`);

test("names that say nothing fail, of files and of folders", () => {
  for (const path of [
    "src/a/util.ts",
    "src/utils/a.ts",
    "src/a/string-helpers.ts",
    "src/a/common.ts",
    "src/a/mock-manager.ts",
  ]) {
    expect(check(path, "")).toHaveLength(1);
  }
  for (const path of ["src/a/parser-v2.ts", "src/a/legacy.ts", "src/a/new-pool.ts"])
    expect(check(path, "")).toHaveLength(1);
  for (const path of ["src/a/newline.ts", "src/a/service-parameters.ts"]) expect(check(path, "")).toEqual([]);
});

test("words of history fail in comments, in each kind of file", () => {
  for (const word of ["now", "New", "old", "previously", "legacy", "phase", "TODO", "V2", "#123", "issue 12", "PR 7"]) {
    expect(check("src/a.ts", `const a = 1;\n/**\n * Does it ${word}.\n */`)).toEqual([`3: "${word}" in a comment`]);
    expect(check("bpf/a.h", `int a; /* ${word} */`)).toEqual([`1: "${word}" in a comment`]);
    expect(check("scripts/a", `#!/bin/sh\n# ${word}`)).toEqual([`2: "${word}" in a comment`]);
  }
});

test("code, strings, and code in comments are left alone", () => {
  expect(check("src/a.ts", 'const now = new Date(); say("the old one");')).toEqual([]);
  expect(check("src/a.ts", "// `new Worker()` and Date.now() and newer\n/*\n *     new Worker(old)\n */")).toEqual([]);
  expect(check("src/a.ts", "// cgroup v2, a cgroup (v2), &#39;")).toEqual([]);
});
