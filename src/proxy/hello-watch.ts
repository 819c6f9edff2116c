/**
 * Looks for a ClientHello in the middle of a conversation: at the head of each of the client's chunks, since whoever begins
 * TLS has waited for leave to do so. It holds bytes back only while they may be part of one.
 *
 * Two uses: TLS is due, since the session has said so, and only the hello is waited for; or nobody understands what is
 * spoken, and an upgrade (STARTTLS and its like) shows in nothing else. The latter ends after a while: most of what nobody
 * understands never upgrades. The head of a connection is sniff.ts's business.
 */
import type { Chunk } from "../core/protocol.ts";
import { type ClientHello, readClientHello } from "./client-hello.ts";
import { Head, headLimitBytes } from "./head.ts";

/** Whoever upgrades does so among the first things it says. */
const chunksMost = 16;

/** As many bytes as name a ClientHello: a record's head and the kind of its first message. */
export const tellingBytes = 6;

export type Watched =
  /** The chunk is held; it may be the beginning of a hello. */
  | { readonly is: "held" }
  /** No hello: what was held, in order, for whoever reads it. */
  | { readonly is: "plain"; readonly chunks: readonly Chunk[] }
  /** A whole hello, and all bytes from its first on. */
  | { readonly is: "tls"; readonly hello: ClientHello; readonly early: Uint8Array };

export class HelloWatch {
  readonly #isDue: boolean;
  #held: Chunk[] = [];
  #head = new Head();
  #chunks = 0;
  #bytes = 0;

  constructor(what: "due" | "possible") {
    this.#isDue = what === "due";
  }

  /** Nothing more needs to be shown to it. */
  get isOver(): boolean {
    if (this.#held.length > 0) return false;
    return this.#isDue ? this.#chunks > 0 : this.#chunks >= chunksMost || this.#bytes >= headLimitBytes;
  }

  get heldBytes(): number {
    return this.#held.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** The client's next chunk. */
  weigh(chunk: Chunk): Watched {
    this.#held.push(chunk);
    this.#head.add(chunk.bytes);
    const hello = readClientHello(this.#head.bytes);
    if (hello.is === "yes") {
      const early = this.#held.length === 1 ? chunk.bytes : Buffer.concat(this.#held.map(({ bytes }) => bytes));
      this.release();
      return { is: "tls", hello, early };
    }
    const isTelling = this.#isDue || this.#head.bytes.length >= tellingBytes;
    const isFull = this.#head.bytes.length >= headLimitBytes;
    return hello.is === "more" && isTelling && !isFull ? { is: "held" } : { is: "plain", chunks: this.release() };
  }

  /** Whatever it is, no more of it will come. */
  release(): readonly Chunk[] {
    const held = this.#held;
    this.#held = [];
    this.#head = new Head();
    this.#chunks += held.length;
    this.#bytes += held.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return held;
  }
}
