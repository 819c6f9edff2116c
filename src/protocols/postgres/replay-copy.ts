/** A copy from the client on its way in: the data is gathered, then it is part of what the pool is asked. */
import { joinBytes } from "../../lib/bytes/pieces.ts";
import type { CopySent, Execution, ReplyOf } from "./spec.ts";

/** Like `candidate`, a recorded copy of the same text: how many copies there are, and what is said between them. */
export class ReplayCopy {
  readonly asked: Execution;
  readonly candidate: Execution;
  readonly isSimple: boolean;
  readonly sent: CopySent[] = [];
  #index = 0;
  #pieces: Uint8Array[] = [];
  /** A message that is not whole yet. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(asked: Execution, candidate: Execution, isSimple: boolean) {
    this.asked = asked;
    this.candidate = candidate;
    this.isSimple = isSimple;
  }

  /** The replies up to and with the next request for data; undefined once all was asked for. */
  next(): Execution["replies"] | undefined {
    const { replies } = this.candidate;
    const at = replies.findIndex((each, index) => index >= this.#index && each.reply === "copyIn");
    if (at < 0) return undefined;
    const part = replies.slice(this.#index, at + 1);
    this.#index = at + 1;
    return part;
  }

  get isCut(): boolean {
    return this.candidate.replies.some((each) => each.reply === "copyIn" && each.sent.end === "cut");
  }

  /** A run of CopyData messages. */
  take(run: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? run : joinBytes([this.#rest, run]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (bytes.length - at >= 5) {
      const whole = 1 + view.getInt32(at + 1);
      if (whole > bytes.length - at) break;
      this.#pieces.push(bytes.subarray(at + 5, at + whole));
      at += whole;
    }
    this.#rest = bytes.subarray(at);
  }

  ended(end: CopySent["end"], reason: string): void {
    this.sent.push({ data: joinBytes(this.#pieces), end, reason });
    this.#pieces = [];
  }
}

/** The replies behind the last request for data. */
export function afterCopies(spec: Execution): Execution["replies"] {
  const isCopy = (each: Execution["replies"][number]): each is ReplyOf<"copyIn"> => each.reply === "copyIn";
  return spec.replies.slice(spec.replies.findLastIndex(isCopy) + 1);
}
