/** Why a run ends before its tests do. */
import type { Exit } from "../target/native.ts";

/** The app failed, or somebody pressed Ctrl-C; the sentence is for people. */
export interface Halt {
  readonly kind: "app" | "interrupted";
  readonly sentence: string;
}

export const interrupted: Halt = { kind: "interrupted", sentence: "The run was interrupted." };

/** How a process ended, in words: `exit code 3`, `signal SIGSEGV`. */
export const describeExit = ({ code, signal }: Exit): string =>
  signal === null ? `exit code ${code}` : `signal ${signal}`;
