/**
 * From argv to an exit code: which command, with which settings, and what to say when it fails. `main.ts` hands it the
 * process and exits with what it gives.
 */
import { resolve } from "node:path";
import { defineCommand, runCommand } from "citty";
import { UsageError } from "../core/errors.ts";
import { nearestName } from "../lib/text/nearest-name.ts";
import { readArgs, type Typed } from "./args.ts";
import { type Call, callerOf, type World } from "./call.ts";
import { type Command, commands, findCommand } from "./commands.ts";
import { checkNamed, readConfigFile } from "./config-file.ts";
import { ExitCode } from "./exit-code.ts";
import { reportFailure } from "./failure.ts";
import { type Given } from "./flags.ts";
import { commandHelp, programHelp } from "./help.ts";
import { createOutput, type Output } from "./output.ts";
import { fromEnvironment, fromFile, resolveSettings } from "./settings.ts";
import { type Stream } from "./stream.ts";

/** The process, as far as the command line needs it. */
export interface Process extends World {
  /** Without the program's own name. */
  readonly argv: readonly string[];
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Rejects with an error outside of what a command waits for, which ends the command; else it never settles. */
  readonly crashed: Promise<never>;
}

const outputFor = (given: Pick<Given, "json" | "debug">, process: Process): Output => {
  const { stdout, stderr, env } = process;
  const noColor = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return createOutput({ stdout, stderr, json: given.json ?? false, debug: given.debug ?? false, noColor });
};

const unknownCommand = (word: string): UsageError => {
  const near = nearestName(
    word,
    commands.flatMap(({ name, aliases }) => [name, ...aliases]),
  );
  const hint = near === undefined ? "`reprise --help` lists the commands." : `Did you mean \`reprise ${near}\`?`;
  return new UsageError("usage.command", `There is no command ${word}.`, { hint });
};

/** Help and version, which need no command; null if it is neither. */
const answerAlone = (process: Process, output: Output): number | null => {
  const [first, second] = process.argv;
  if (first === "--version" || first === "-v") {
    output.print(`${process.version}\n`);
    return ExitCode.ok;
  }
  const named = first === "help" && second !== undefined ? findCommand(second) : undefined;
  if (named !== undefined) output.print(commandHelp(named, output.paint));
  else if (first === "--help" || first === "-h" || (first === "help" && second === undefined)) {
    output.print(programHelp(process.version, output.paint));
  } else return null;
  return ExitCode.ok;
};

const callFor = (typed: Typed, process: Process, command: Command): Call => {
  const environment = fromEnvironment(process.env);
  const early = resolveSettings(typed.given, environment);
  const file = readConfigFile(resolve(process.cwd, early.configPath ?? early.path));
  if (early.configPath !== null && command.name !== "config") checkNamed(file);
  const settings = resolveSettings(typed.given, environment, fromFile(file.values, file.path));
  return {
    settings,
    positionals: typed.positionals,
    output: outputFor(settings, process),
    world: { env: process.env, cwd: process.cwd, version: process.version },
    caller: callerOf(process.env),
    file: file.values,
  };
};

const execute = async (command: Command, call: Call): Promise<number> => {
  const module = await command.load();
  const definition = defineCommand({
    meta: { name: command.name, description: command.summary },
    run: ({ data }: { data?: Call }) => module.run(data ?? call),
  });
  const { result } = await runCommand(definition, { rawArgs: [], data: call });
  return result as number;
};

/** Never rejects: whatever goes wrong is printed, and its code given. */
export const run = async (process: Process): Promise<number> => {
  const [word, ...rest] = process.argv;
  const wants = (flag: string): boolean => rest.slice(0, [...rest, "--"].indexOf("--")).includes(flag);
  let output = outputFor({ json: wants("--json"), debug: wants("--debug") }, process);
  let command: Command | null = null;
  try {
    const alone = answerAlone(process, output);
    if (alone !== null) return alone;
    if (word === undefined) {
      process.stderr.write(programHelp(process.version, output.paint));
      return ExitCode.usage;
    }
    command = findCommand(word) ?? null;
    if (command === null) throw unknownCommand(word);
    const typed = readArgs(command, rest);
    if (typed.wantsHelp) {
      output.print(commandHelp(command, output.paint));
      return ExitCode.ok;
    }
    const call = callFor(typed, process, command);
    output = call.output;
    return await Promise.race([execute(command, call), process.crashed]);
  } catch (error) {
    return reportFailure(error, output, command, process.version);
  }
};
