/**
 * The errors that are for people, by audience. Anything else that is thrown is a bug of ours and prints a stack.
 * Messages are sentences that name the thing; the hint says what to do next.
 */

/** Every code an error may carry; tools may rely on them. */
export type ErrorCode =
  | "usage.flag"
  | "usage.command"
  | "usage.config"
  | "usage.path"
  | "environment.privilege"
  | "environment.kernel"
  | "environment.cgroup"
  | "environment.port"
  | "environment.library"
  | "environment.file"
  | "environment.command"
  | "format.bytes"
  | "format.yaml"
  | "format.version";

interface Details {
  readonly hint?: string;
  readonly cause?: unknown;
}

abstract class ReportedError extends Error {
  readonly code: ErrorCode;
  /** What to do next, or empty. */
  readonly hint: string;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint ?? "";
  }
}

/** The caller can fix it: a flag, an argument, the configuration. Exit code 2. */
export class UsageError extends ReportedError {
  override readonly name = "UsageError";
}

/** The machine lacks something: kernel, privilege, port. Exit code 3. */
export class EnvironmentError extends ReportedError {
  override readonly name = "EnvironmentError";
}

/** Bytes or a file are not what they should be; `where` is an offset, a path in a document, or file:line. Exit code 2. */
export class FormatError extends ReportedError {
  override readonly name = "FormatError";
  readonly where: string;

  constructor(
    code: "format.bytes" | "format.yaml" | "format.version",
    message: string,
    where: string,
    details: Details = {},
  ) {
    super(code, message, details);
    this.where = where;
  }
}
