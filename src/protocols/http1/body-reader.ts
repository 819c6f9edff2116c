/**
 * Reads one body off a queue, whichever way it is framed. It keeps the payload, how it was cut and the trailers; it
 * refuses chunk sizes that are none. It allocates for what came, never for what is announced.
 */
import { FormatError } from "../../core/errors.ts";
import type { ByteQueue } from "../../lib/bytes/byte-queue.ts";
import { latin1Text } from "../../lib/bytes/text.ts";
import { ChunkSizes, chunkSize } from "./chunk-sizes.ts";
import type { Framing } from "./framing.ts";
import { decodeTrailers } from "./head.ts";
import { Payload } from "./payload.ts";
import type { Header } from "./spec.ts";

/** What a body held. */
export interface Body {
  readonly body: Uint8Array;
  readonly chunks: string | null;
  readonly trailers: readonly Header[];
}

const LINE_MOST = 16 * 1024;
const TRAILERS_MOST = 1024 * 1024;
const NO_HEADERS: readonly Header[] = [];

type Stage = "size" | "data" | "dataEnd" | "trailers" | "done";

export class BodyReader {
  readonly #kind: Framing["kind"];
  readonly #payload = new Payload();
  readonly #sizes: ChunkSizes | null;
  #trailers = NO_HEADERS;
  #left: number;
  #stage: Stage;

  constructor(framing: Framing) {
    this.#kind = framing.kind;
    this.#sizes = framing.kind === "chunked" ? new ChunkSizes() : null;
    this.#left = framing.kind === "length" ? framing.length : framing.kind === "close" ? Number.POSITIVE_INFINITY : 0;
    this.#stage = framing.kind === "chunked" ? "size" : this.#left === 0 ? "done" : "data";
  }

  /** Payload bytes that came so far. */
  get length(): number {
    return this.#payload.length;
  }

  /** Takes what belongs to the body; true once it is complete. */
  read(queue: ByteQueue): boolean {
    while (this.#stage !== "done" && queue.size > 0) {
      if (this.#stage === "data") this.#readData(queue);
      else if (!this.#readLine(queue)) break;
    }
    return this.#stage === "done";
  }

  /** The connection closed: true if that is how this body ends. */
  close(): boolean {
    return this.#kind === "close" || this.#stage === "done";
  }

  /** What came; the reader is used up. */
  finish(): Body {
    return {
      body: this.#payload.join(),
      chunks: this.#sizes === null ? null : this.#sizes.toString(),
      trailers: this.#trailers,
    };
  }

  #readData(queue: ByteQueue): void {
    const bytes = queue.take(this.#left);
    this.#payload.add(bytes);
    this.#left -= bytes.length;
    if (this.#left === 0) this.#stage = this.#kind === "chunked" ? "dataEnd" : "done";
  }

  #readLine(queue: ByteQueue): boolean {
    if (this.#stage === "trailers") return this.#readTrailers(queue);
    const bytes = queue.line();
    if (bytes === undefined) {
      if (queue.size > LINE_MOST) throw new FormatError("format.bytes", "a chunk's size line has no end", "body");
      return false;
    }
    const line = latin1Text(bytes).replace(/\r?\n$/, "");
    if (this.#stage === "dataEnd") {
      if (line !== "") throw new FormatError("format.bytes", "a chunk is longer than it says", "body");
      this.#stage = "size";
      return true;
    }
    this.#left = chunkSize(line);
    if (this.#left > 0) this.#sizes?.add(line);
    else this.#sizes?.finish(line);
    this.#stage = this.#left > 0 ? "data" : "trailers";
    return true;
  }

  #readTrailers(queue: ByteQueue): boolean {
    const bytes = queue.head();
    if (bytes === undefined) {
      if (queue.size > TRAILERS_MOST) throw new FormatError("format.bytes", "a trailer has no end", "body");
      return false;
    }
    this.#trailers = bytes.length <= 2 ? NO_HEADERS : decodeTrailers(bytes);
    this.#stage = "done";
    return true;
  }
}
