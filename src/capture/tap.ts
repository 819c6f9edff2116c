/**
 * Recording by listening: from here on what the tap copies goes to a journal file, written by the drain thread straight
 * from the ring. Nothing is decoded here; `journal.ts` reads the file, while it grows or later.
 */
import { closeSync, openSync } from "node:fs";
import { EnvironmentError } from "../core/errors.ts";
import type { Kernel } from "./kernel.ts";
import { type JournalMeta, writeJournalHead } from "./journal.ts";

/** A running tap. */
export interface Tap {
  readonly journalPath: string;
  /** Resolves if the journal takes no more (the disk is full); what it holds by then stays good. */
  readonly failed: Promise<EnvironmentError>;
  /** Resolves when all that was captured is in the file; a reader that follows may then be told so. */
  stop(): Promise<void>;
}

/** Creates the journal (0600, it must not exist) and begins to fill it. */
export function startTap(kernel: Kernel, journalPath: string, meta: Omit<JournalMeta, "clockOffsetMs">): Tap {
  if (kernel.tap === null) throw new Error("this kernel was opened without the tap");
  const { ring, thread } = kernel.tap;
  const file = create(journalPath);
  writeJournalHead(file, { ...meta, clockOffsetMs: kernel.clockOffsetMs });
  const failed = Promise.withResolvers<EnvironmentError>();
  thread.startTap(ring, file, failed.resolve);
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    await thread.stopTap();
    closeSync(file);
  };
  return { journalPath, failed: failed.promise, stop: () => (stopped ??= stop()) };
}

function create(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (cause) {
    const message = `The journal ${path} cannot be created: ${cause instanceof Error ? cause.message : String(cause)}.`;
    throw new EnvironmentError("environment.file", message, { cause });
  }
}
