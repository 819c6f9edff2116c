/**
 * Reads the messages of one direction: heads when asked for, then the body whose framing the caller names, since a
 * response's depends on the request. Its counterpart is encode.ts.
 */
import { FormatError } from "../../core/errors.ts";
import { type Body, BodyReader } from "./body-reader.ts";
import { ByteQueue } from "../../lib/bytes/byte-queue.ts";
import type { Framing } from "./framing.ts";
import { decodeHead, type Head } from "./head.ts";

const HEAD_MOST = 1024 * 1024;
const CR = 13;
const LF = 10;

/** A head with its bytes and the instant of its first byte. */
export interface ReadHead {
  readonly head: Head;
  readonly bytes: Uint8Array;
  readonly startedAt: number;
}

export class MessageReader {
  readonly #queue = new ByteQueue();
  #body: BodyReader | null = null;
  #at = 0;
  /** When the first byte of the message that is being read came. */
  #startedAt = 0;

  /** Instant of the last bytes that came. */
  get at(): number {
    return this.#at;
  }

  get inBody(): boolean {
    return this.#body !== null;
  }

  /** Payload bytes of the body being read. */
  get bodyLength(): number {
    return this.#body?.length ?? 0;
  }

  /** Bytes that came and are not read. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** What came and is not read: where HTTP has ended, another protocol's. */
  rest(): Uint8Array {
    return this.#queue.rest();
  }

  push(bytes: Uint8Array, at: number): void {
    if (this.#queue.size === 0) this.#startedAt = at;
    this.#at = at;
    this.#queue.push(bytes);
  }

  /** The next head, once it is complete. Empty lines before it are skipped, as servers do. */
  head(): ReadHead | undefined {
    for (let next = this.#queue.peek(); next === CR || next === LF; next = this.#queue.peek()) this.#queue.take(1);
    if (this.#queue.size === 0) return undefined;
    const bytes = this.#queue.head();
    if (bytes === undefined) {
      if (this.#queue.size > HEAD_MOST)
        throw new FormatError("format.bytes", "a head of more than 1 MiB has no end", "head");
      return undefined;
    }
    const startedAt = this.#startedAt;
    this.#startedAt = this.#at;
    return { head: decodeHead(bytes), bytes, startedAt };
  }

  /** Names the framing of the body that follows the head just read. */
  begin(framing: Framing): void {
    this.#body = new BodyReader(framing);
  }

  /** The body begun, once it is complete. */
  body(): Body | undefined {
    if (!this.#body?.read(this.#queue)) return undefined;
    return this.#finish(this.#body);
  }

  /** The side closed: the body begun, if that completes it. */
  close(): Body | undefined {
    return this.#body?.close() ? this.#finish(this.#body) : undefined;
  }

  /** What came of a body that nobody will complete. */
  abandon(): Body | undefined {
    return this.#body === null ? undefined : this.#finish(this.#body);
  }

  #finish(body: BodyReader): Body {
    this.#body = null;
    this.#startedAt = this.#at;
    return body.finish();
  }
}
