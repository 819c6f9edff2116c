/**
 * `--keylog FILE`: session keys in the format that Wireshark reads, appended. Whoever has them can read the connections,
 * so the file is its owner's alone, also where it was there before.
 */
import { closeSync, constants, fchmodSync, fchownSync, openSync, writeSync } from "node:fs";
import { EnvironmentError } from "../core/errors.ts";

export interface KeyLog {
  line(text: string): void;
  close(): void;
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;

/** `owner` is whom the file is to belong to; `null` leaves it to whoever runs us. */
export const openKeyLog = (path: string, owner: { readonly uid: number; readonly gid: number } | null): KeyLog => {
  let fd: number;
  try {
    fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    fchmodSync(fd, 0o600);
    if (owner !== null) fchownSync(fd, owner.uid, owner.gid);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EnvironmentError("environment.file", `${path}, given with --keylog, cannot be written to: ${code}.`, {
      hint: "Name a file in a folder that is there; it may not be a link.",
      cause,
    });
  }
  return { line: (text) => void writeSync(fd, `${text}\n`), close: () => closeSync(fd) };
};
