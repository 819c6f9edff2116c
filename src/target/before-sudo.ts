/**
 * The environment in which sudo was called. sudo drops exported variables and replaces PATH, so that an app which needs
 * them (a database's address, a version manager's node) would not start; the sudo above us still holds what it was given.
 * It only ever goes to a process with its caller's rights, never into our own.
 */
import { readFileSync } from "node:fs";

const GENERATIONS = 16;
/** What sudo sets to values of its own; anything else that differs was given to it on its command line. */
const SET_BY_SUDO = ["PATH", "SHELL", "HOME", "USER", "LOGNAME", "MAIL"];

/** That of the nearest sudo at or above `pid`; null where there is none, or none that may be read. */
export function environmentBeforeSudo(pid: number): Record<string, string> | null {
  try {
    for (let above = pid, left = GENERATIONS; above > 1 && left > 0; left--) {
      const stat = readFileSync(`/proc/${above}/stat`, "utf8");
      const nameEnd = stat.lastIndexOf(")");
      if (stat.slice(stat.indexOf("(") + 1, nameEnd) === "sudo") return parse(readFileSync(`/proc/${above}/environ`));
      above = Number(stat.slice(nameEnd + 2).split(" ")[1]);
    }
  } catch {
    // A process that has just ended, or a /proc that hides others: then sudo's own choice stands.
  }
  return null;
}

/** What sudo made of it, with what it took away given back. */
export function undoSudo(
  environment: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const undone = { ...before, ...environment };
  for (const name of SET_BY_SUDO) if (before[name] !== undefined) undone[name] = before[name];
  for (const name of Object.keys(undone)) {
    if (name.startsWith("SUDO_") && before[name] === undefined) delete undone[name];
  }
  return undone;
}

function parse(environ: Buffer): Record<string, string> {
  const entries = environ.toString().split("\0");
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const at = entry.indexOf("=");
      return at < 1 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]];
    }),
  );
}
