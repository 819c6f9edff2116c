/**
 * Finds the way back after bytes were lost, only where it is sure: on a connection that never pipelined, the server has
 * spoken, and then a run of client bytes begins with a whole request head for a host that this connection asked before;
 * and the server's next bytes begin a response. Anything else stays silent.
 */
import type { Chunk, Side } from "../../core/protocol.ts";
import { latin1Text, textBytes } from "../../lib/bytes/text.ts";
import { NOTHING } from "../../lib/bytes/pieces.ts";
import { detect } from "./detect.ts";

/** What to do with a chunk: read it, pass over it, or pass over it and forget what was being built. */
export type Verdict = "read" | "skip" | "drop";

const STATUS = textBytes("HTTP/1.");
const HEAD_MOST = 64 * 1024;

export class Resync {
  #state: "sound" | "lost" | "candidate" = "sound";
  #pipelined = false;
  #last: Side | null = null;
  readonly #hosts = new Set<string>();

  /** A request was read; `pending`: before the one ahead of it was answered. */
  request(host: string, pending: boolean): void {
    this.#hosts.add(host);
    if (pending) this.#pipelined = true;
  }

  lose(): void {
    this.#state = "lost";
    this.#last = null;
  }

  judge(chunk: Chunk): Verdict {
    if (this.#state === "sound") return "read";
    const last = this.#last;
    this.#last = chunk.from;
    if (this.#state === "candidate") return this.#judgeCandidate(chunk);
    if (chunk.from !== "client" || last !== "server" || this.#pipelined || !this.#beginsRequest(chunk.bytes))
      return "skip";
    this.#state = "candidate";
    return "read";
  }

  #judgeCandidate(chunk: Chunk): Verdict {
    if (chunk.from === "client") return "read";
    const begins = chunk.bytes.length >= STATUS.length && STATUS.every((byte, index) => chunk.bytes[index] === byte);
    this.#state = begins ? "sound" : "lost";
    return begins ? "read" : "drop";
  }

  #beginsRequest(bytes: Uint8Array): boolean {
    if (detect({ client: bytes, server: NOTHING }) !== "yes") return false;
    const head = /^[^\r\n]+\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(latin1Text(bytes.subarray(0, HEAD_MOST)))?.[0];
    const host = head && /\r\nhost:[ \t]*([^\r\n]*?)[ \t]*\r\n/i.exec(head)?.[1];
    return host !== undefined && this.#hosts.has(host);
  }
}
