import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { commands, findCommand } from "../../src/cli/commands.ts";

test("each command has its own file, examples, and no short flag twice", () => {
  const folder = join(import.meta.dir, "..", "..", "src", "cli", "commands");
  expect(commands.filter(({ name }) => !existsSync(join(folder, `${name}.ts`))).map(({ name }) => name)).toEqual([]);
  expect(commands.filter(({ examples }) => examples.length === 0)).toEqual([]);
  expect(commands.filter(({ flags }) => new Set(flags).size !== flags.length)).toEqual([]);
});

test("a command is found by its name and its other names", () => {
  expect(findCommand("replay")?.name).toBe("test");
  expect(findCommand("tests")).toBeUndefined();
});
