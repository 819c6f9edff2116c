import { expect, test } from "bun:test";
import { commands } from "../../src/cli/commands.ts";
import { flagOf } from "../../src/cli/flags.ts";
import { commandHelp, programHelp, usageLine } from "../../src/cli/help.ts";
import { plainPaint } from "../../src/report/paint.ts";

test("the program's help names every command and every exit code", () => {
  const help = programHelp("1.2.3", plainPaint);
  for (const { name } of commands) expect(help).toContain(`  ${name}`);
  expect(help).toMatch(/0 {4}every test passed\n {2}1 {4}a test failed\n {2}2 /);
});

test("a command's help names its flags with their defaults, and its examples", () => {
  for (const command of commands) {
    const help = commandHelp(command, plainPaint);
    for (const key of command.flags) expect(help).toMatch(new RegExp(`--(no-)?${flagOf(key).name}\\b`));
    for (const { line } of command.examples) expect(help).toContain(line);
  }
  const [record] = commands;
  if (record === undefined) throw new Error("there are no commands");
  expect(commandHelp(record, plainPaint)).toContain("(60s)");
});

test("lines fit a terminal of 120 columns", () => {
  const all = [programHelp("1.2.3", plainPaint), ...commands.map((command) => commandHelp(command, plainPaint))];
  expect(all.flatMap((help) => help.split("\n")).filter((line) => line.length > 120)).toEqual([]);
});

test("the usage line says what a command takes", () => {
  expect(commands.map(usageLine)).toContain("reprise report [RUN] [flags]");
});
