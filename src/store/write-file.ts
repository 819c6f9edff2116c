/**
 * Whole files, written beside their place and moved into it: a reader sees the former content or all of the next.
 * Only in a recording that has not ended are files written in place.
 * Folders and files are handed to the user on whose behalf we run as root. Counterpart for growing files: append-file.ts.
 */
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fchownSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { EnvironmentError } from "../core/errors.ts";

/** Whom files are to belong to; `null` leaves them to the process's user. */
export type Owner = { readonly uid: number; readonly gid: number } | null;

/** Creates a folder and those above it that are missing. */
export function makeFolder(path: string, owner: Owner): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above, owner);
  saying(path, () => {
    mkdirSync(path, { recursive: true });
    if (owner !== null) chownSync(path, owner.uid, owner.gid);
  });
}

/** Replaces the file, or creates it. */
export function writeWhole(path: string, content: string | Uint8Array, owner: Owner): void {
  replace(path, owner, (beside) => writeFileSync(beside, content, { mode: 0o644 }));
}

/** Creates a file that is not there, in a folder that nobody reads before all is in it: half of the work of `writeWhole`. */
export function writeFresh(path: string, content: string, owner: Owner): void {
  saying(path, () => {
    const file = openSync(path, "wx", 0o644);
    try {
      writeFileSync(file, content);
      if (owner !== null) fchownSync(file, owner.uid, owner.gid);
    } finally {
      closeSync(file);
    }
  });
}

/** As `writeWhole`, for what its owner alone may read. */
export function writePrivate(path: string, content: string, owner: Owner): void {
  replace(path, owner, (beside) => writeFileSync(beside, content, { mode: 0o600 }));
}

/** The same for a text that is not to be held as a whole. */
export function writePieces(path: string, pieces: Iterable<string>, owner: Owner): void {
  replace(path, owner, (beside) => {
    const file = openSync(beside, "w", 0o644);
    try {
      for (const piece of pieces) writeFileSync(file, piece);
    } finally {
      closeSync(file);
    }
  });
}

function replace(path: string, owner: Owner, write: (beside: string) => void): void {
  const beside = `${path}.${process.pid}.part`;
  saying(path, () => {
    try {
      write(beside);
      if (owner !== null) chownSync(beside, owner.uid, owner.gid);
      renameSync(beside, path);
    } catch (error) {
      rmSync(beside, { force: true });
      throw error;
    }
  });
}

/** Hands an existing file over. */
export function handOver(path: string, owner: Owner): void {
  saying(path, () => {
    chmodSync(path, 0o644);
    if (owner !== null) chownSync(path, owner.uid, owner.gid);
  });
}

/** Turns what the system says into a sentence. */
export function saying<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    throw new EnvironmentError("environment.file", `failed to write ${path}: ${cause.message}`, {
      hint: "Check the free space and the permissions of that folder.",
      cause,
    });
  }
}
