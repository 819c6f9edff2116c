/**
 * Standard output and error, written to the end.
 *
 * A process that exits right after printing must not lose what a pipe had no room for, so writes block. A reader that
 * went away (`| head`) is no error.
 */
import { writeSync } from "node:fs";
import { isatty } from "node:tty";

export interface Stream {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** How many columns there are; 80 where nobody knows. */
  readonly columns: number;
}

const PAUSE_MS = 2;

const writeAll = (fd: number, text: string): "written" | "closed" => {
  let bytes: Uint8Array = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE" || code === "EIO") return "closed";
      if (code !== "EAGAIN") throw error;
      Bun.sleepSync(PAUSE_MS);
    }
  }
  return "written";
};

/** The stream of an open descriptor. */
export const openStream = (fd: number): Stream => {
  let isOpen = true;
  const isTerminal = isatty(fd);
  return {
    isTerminal,
    columns: (fd === 1 ? process.stdout.columns : process.stderr.columns) ?? 80,
    write: (text) => {
      if (isOpen && writeAll(fd, text) === "closed") isOpen = false;
    },
  };
};
