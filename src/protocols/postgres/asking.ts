/** The client's messages as they wait for their answers; counterpart of `record-round.ts`. */
import { FormatError } from "../../core/errors.ts";
import type { OpenCopy } from "./execution-builder.ts";
import type { FrontMessage } from "./frontend.ts";

/** A client's message with its time, or a piece of copy data. */
export type Asking =
  | (FrontMessage & { readonly at: number })
  | { readonly message: "copyData"; readonly contents: readonly Uint8Array[]; readonly at: number };

/** Those that the server answers with ReadyForQuery. */
export function endsRound(asking: Asking): boolean {
  return asking.message === "query" || asking.message === "sync" || asking.message === "call";
}

/** Those that no answer follows. */
export function isUnanswered(asking: Asking): boolean {
  const { message } = asking;
  return message === "flush" || message === "terminate" || message === "password" || isCopyPart(message);
}

/** What is to be answered next, by its first word, since the others may hold secrets; `null` where nothing is due. */
export function dueOf(head: Asking | undefined): string | null {
  if (head === undefined || head.message === "sync") return null;
  const sql = head.message === "query" || head.message === "parse" ? head.sql : "";
  return /[a-z]+/i.exec(sql)?.[0] ?? "a statement";
}

function isCopyPart(message: string): boolean {
  return message === "copyData" || message === "copyDone" || message === "copyFail";
}

/**
 * Moves what the client copies in from behind its query into the copy; true once it is whole. A server that copies
 * ignores Flush and Sync, so these are dropped.
 */
export function takeCopied(queue: Asking[], copy: OpenCopy): boolean {
  for (let index = 1; index < queue.length;) {
    const next = queue[index];
    if (next === undefined || !(isCopyPart(next.message) || next.message === "sync" || next.message === "flush")) {
      index++;
      continue;
    }
    queue.splice(index, 1);
    if (next.message === "copyData") copy.pieces.push(...next.contents);
    if (next.message === "copyDone") copy.end = "done";
    if (next.message === "copyFail") [copy.end, copy.reason] = ["failed", next.reason];
    if (next.message === "copyDone" || next.message === "copyFail") return true;
  }
  return false;
}

/** The server's message cannot be paired with any of the client's. */
export function outOfStep(said: string): FormatError {
  return new FormatError("format.bytes", `the server says "${said}", which answers nothing that was asked`, said);
}
