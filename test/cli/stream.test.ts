import { expect, test } from "bun:test";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openStream } from "../../src/cli/stream.ts";
import { Folder } from "../support/folder.ts";

test("what is written is there at once, and a file is no terminal", () => {
  using folder = new Folder();
  const fd = openSync(folder.at("out"), "w");
  const stream = openStream(fd);
  stream.write("ä".repeat(100_000));
  expect([stream.isTerminal, readFileSync(folder.at("out"), "utf8").length]).toEqual([false, 100_000]);
  closeSync(fd);
});

const program = (body: string): string[] => {
  const module = join(import.meta.dir, "..", "..", "src", "cli", "stream.ts");
  return [
    process.execPath,
    "-e",
    `const { openStream } = await import(${JSON.stringify(module)}); const out = openStream(1); ${body}`,
  ];
};

test("a slow pipe gets everything though the program exits at once", async () => {
  const child = Bun.spawn(program(`out.write("x".repeat(3_000_000)); process.exit(7);`), { stdout: "pipe" });
  let size = 0;
  for await (const bytes of child.stdout) size += bytes.length;
  expect([size, await child.exited]).toEqual([3_000_000, 7]);
});

test("a reader that went away is no error", async () => {
  const child = Bun.spawn(program(`for (let i = 0; i < 100; i++) out.write("x".repeat(100_000)); process.exit(0);`), {
    stdout: "pipe",
    stderr: "pipe",
  });
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  expect([await child.exited, await child.stderr.text()]).toEqual([0, ""]);
});
