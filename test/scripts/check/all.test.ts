import { expect, test } from "bun:test";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checks, load, runAll } from "../../../scripts/check/all.ts";

test("files that git knows or would add are read, others are not, and a bad one is found", () => {
  const root = mkdtempSync(join(tmpdir(), "reprise-check-"));
  try {
    Bun.spawnSync(["git", "init", "-q"], { cwd: root });
    for (const folder of ["src/core", "dist/src", "docs"]) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, ".gitignore"), "dist/\n");
    writeFileSync(join(root, "src/core/a.ts"), 'import "../store/b.ts";\n');
    writeFileSync(join(root, "dist/src/b.ts"), "");
    writeFileSync(join(root, "docs/c.ts"), "");
    const sources = load(root);
    expect(sources.map(({ path }) => path)).toEqual(["src/core/a.ts"]);
    expect(runAll(sources)).toEqual([
      { path: "src/core/a.ts", line: 1, says: "../store/b.ts: core is below store and does not import it" },
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("every check has the name of its file", () => {
  expect(Object.keys(checks)).toEqual(["imports", "mirror", "size", "words", "console", "protocol-names"]);
});
