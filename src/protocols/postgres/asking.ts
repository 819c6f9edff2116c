/** The client's messages as they wait for their answers; counterpart of `record-round.ts`. */
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

function isCopyPart(message: string): boolean {
  return message === "copyData" || message === "copyDone" || message === "copyFail";
}
