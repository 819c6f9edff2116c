/** A file's text, or a sentence on why it cannot be read: it may be a folder, or another user's. Counterpart: write-file.ts. */
import { readFileSync } from "node:fs";
import { EnvironmentError } from "../core/errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder",
  EACCES: "permission denied",
  ENOENT: "it is not there",
  ELOOP: "it is a link that leads nowhere",
};

/** The whole file as UTF-8. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    const code = String(cause.code);
    throw new EnvironmentError("environment.file", `${path} cannot be read: ${REASONS[code] ?? code}.`, {
      hint: "Make it a readable file, or move it away.",
      cause,
    });
  }
}
