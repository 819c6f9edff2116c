/**
 * Looks for byte strings in what a running program is made of: files, and its memory. It takes what processor time is left
 * over and is bounded in time; whoever asks while it looks through that process is answered by the next look.
 * Its program is `launcher/search.c`.
 */
import { launcherPath } from "./embedded.ts";

/** A byte string to look for. */
export interface Sought {
  /** Of LEAST_BYTES or more; of longer ones the beginning decides. */
  readonly bytes: Uint8Array;
  /** Whether it says nothing where it stands in a source. */
  readonly isOfProgram: boolean;
}

/** Where to look, before the process's memory. */
export interface Places {
  readonly programs: readonly string[];
  readonly sources: readonly string[];
}

/** One of what was sought: the file that holds it, or null for the process's memory. */
export interface Found {
  readonly sought: number;
  readonly file: string | null;
}

/** Shorter strings cannot be found. */
export const LEAST_BYTES = 15;
const MOST_BYTES = 64;

/** The first of `sought` that is found, in files or in that process's memory; null as well where nothing can be read. */
export async function searchProgram(
  pid: number,
  { programs, sources }: Places,
  sought: readonly Sought[],
  signal: AbortSignal,
): Promise<Found | null> {
  if (signal.aborted || sought.length === 0) return null;
  const files = [...programs, ...sources];
  const child = Bun.spawn([launcherPath(), "--search", String(pid), String(programs.length), ...files], {
    stdin: written(sought),
    stdout: "pipe",
    stderr: "ignore",
    env: {},
    signal,
    killSignal: "SIGKILL",
  });
  const said = await new Response(child.stdout).text();
  await child.exited;
  const [index, file] = said.trim().split(" ").map(Number);
  if (index === undefined || file === undefined || said === "") return null;
  return { sought: index, file: files[file] ?? null };
}

function written(sought: readonly Sought[]): Uint8Array {
  return Buffer.concat(
    sought.flatMap(({ bytes, isOfProgram }) => {
      const head = bytes.subarray(0, MOST_BYTES);
      return [Uint8Array.of(head.length, isOfProgram ? 1 : 0), head];
    }),
  );
}
