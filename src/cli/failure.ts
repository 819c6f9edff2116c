/**
 * Errors as people read them, each with its exit code. What is for people is a sentence and the next step; anything else
 * is a bug of ours, and says so with all that is needed to report it.
 */
import { EnvironmentError, FormatError, UsageError } from "../core/errors.ts";
import { type Command } from "./commands.ts";
import { ExitCode } from "./exit-code.ts";
import { usageLine } from "./help.ts";
import { type Output } from "./output.ts";

const isReported = (error: unknown): error is UsageError | EnvironmentError | FormatError =>
  error instanceof UsageError || error instanceof EnvironmentError || error instanceof FormatError;

const codeFor = (error: unknown): number => {
  if (error instanceof EnvironmentError) return ExitCode.machine;
  return isReported(error) ? ExitCode.usage : ExitCode.bug;
};

const reportedLines = (error: UsageError | EnvironmentError | FormatError, command: Command | null): string[] => {
  const isFlag = error.code === "usage.flag" || error.code === "usage.command";
  return [
    error.message,
    ...(error instanceof FormatError && error.where !== "" && !error.message.includes(error.where)
      ? [`  at ${error.where}`]
      : []),
    ...(error.hint === "" ? [] : [`  ${error.hint}`]),
    ...(isFlag && command !== null ? [`  Usage: ${usageLine(command)}`] : []),
  ];
};

const bugLines = (error: unknown, version: string): string[] => [
  error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error),
  "",
  "This is a bug in Reprise, not a mistake of yours. Your app and your recordings are as they were.",
  `Please report it with the lines above, the command you typed, and what \`reprise doctor\` prints (reprise ${version}).`,
];

/** Prints the error and gives the exit code. With `--debug` a reported error shows its cause as well. */
export const reportFailure = (error: unknown, output: Output, command: Command | null, version: string): number => {
  const lines = isReported(error) ? reportedLines(error, command) : bugLines(error, version);
  output.error(lines.join("\n"));
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause !== undefined)
    output.debug(`caused by ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
  const code = codeFor(error);
  output.document({
    error: {
      code: isReported(error) ? error.code : "bug",
      message: error instanceof Error ? error.message : String(error),
      hint: isReported(error) ? error.hint : "",
      ...(error instanceof FormatError ? { where: error.where } : {}),
      exitCode: code,
    },
  });
  return code;
};
