import { expect, test } from "bun:test";
import { UsageError } from "../../src/core/errors.ts";
import { readArgs } from "../../src/cli/args.ts";
import { findCommand } from "../../src/cli/commands.ts";

const read = (name: string, ...argv: string[]) => {
  const command = findCommand(name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return readArgs(command, argv);
};

const refusal = (name: string, ...argv: string[]): string => {
  try {
    read(name, ...argv);
  } catch (error) {
    if (error instanceof UsageError) return `${error.message} ${error.hint}`;
    throw error;
  }
  return "taken";
};

test("every spelling of a flag is read", () => {
  const wanted = { command: "./shop --x", port: 80, strict: true };
  for (const argv of [
    ["--command", "./shop --x", "--port", "80", "--strict"],
    ["-c", "./shop --x", "--port=80", "--strict=true"],
    ["-c=./shop --x", "--PORT=80", "--strict"],
    ["-c./shop --x", "--no-strict", "--port=1", "--port", "80", "--strict"],
  ]) {
    expect(read("test", ...argv)).toEqual({ given: wanted, positionals: [], wantsHelp: false });
  }
  expect(read("test", "--apiTimeout", "5", "--testsets=a,b").given).toEqual({
    apiTimeoutMs: 5000,
    testSets: ["a", "b"],
  });
  expect(read("record", "--no-keep-capture").given).toEqual({ keepCapture: false });
});

test("values are taken as they are, whatever they look like", () => {
  expect(read("test", "-c", "sh -c 'a=b --no-x'", "-p", "--=").given).toEqual({
    command: "sh -c 'a=b --no-x'",
    path: "--=",
  });
  expect(read("test", "--command=--no-strict").given).toEqual({ command: "--no-strict" });
  expect(read("report", "--", "--format").positionals).toEqual(["--format"]);
});

test("a flag that nobody defined is an error with what was probably meant", () => {
  expect(refusal("test", "--prot", "80")).toBe("`reprise test` has no flag --prot. Did you mean --port?");
  expect(refusal("test", "--prot=80")).toBe("`reprise test` has no flag --prot. Did you mean --port?");
  expect(refusal("test", "-port", "80")).toStartWith("`reprise test` does not take");
  expect(refusal("test", "--record-timer", "3s")).toBe(
    "`reprise test` has no flag --record-timer. --record-timer is a flag of `reprise record`.",
  );
  expect(refusal("doctor", "--no-such-thing")).toBe(
    "`reprise doctor` has no flag --no-such-thing. `reprise doctor --help` lists its flags.",
  );
  expect(refusal("test", "--no-port")).toContain("has no flag --no-port");
  expect(refusal("test", "-x")).toContain("has no flag -x");
});

test("a value that lacks is asked for", () => {
  expect(refusal("test", "--port")).toBe(
    "--port lacks its value. Write --port N: drive this port instead of the recorded one.",
  );
  expect(refusal("test", "-c", "--strict")).toStartWith("-c lacks its value.");
  expect(refusal("test", "--port", "http")).toBe(
    '--port is "http", which is not a port. A port is a whole number from 1 to 65535.',
  );
});

test("words that no command takes are errors, with the likely reason", () => {
  expect(refusal("test", "-c", "node", "app.js")).toBe(
    '`reprise test` does not take "app.js". Put a command of several words in quotes: reprise test -c "node app.js".',
  );
  expect(read("report", "test-run-3").positionals).toEqual(["test-run-3"]);
  expect(refusal("report", "a", "b")).toContain('does not take "b"');
});

test("help is seen anywhere before --", () => {
  expect(read("test", "-c", "x", "--help").wantsHelp).toBe(true);
  expect(read("report", "--", "-h").wantsHelp).toBe(false);
});
