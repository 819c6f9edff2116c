/** Cuts what one side says into messages: a datagram is one; over TCP each has its length in two bytes before it. */
import type { Chunk, Peer } from "../../core/protocol.ts";

const prefixBytes = 2;

export interface Frame {
  readonly bytes: Uint8Array;
  /** When its first byte was seen. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Keeps at most one message that is not whole. */
export class FrameReader {
  readonly #transport: Peer["transport"];
  #parts: Uint8Array[] = [];
  #size = 0;
  #needed = prefixBytes;
  #startedAt = 0;

  constructor(transport: Peer["transport"]) {
    this.#transport = transport;
  }

  *take(chunk: Chunk): Generator<Frame> {
    if (this.#transport === "udp") {
      yield { bytes: chunk.bytes, startedAt: chunk.at, endedAt: chunk.at };
      return;
    }
    if (this.#size === 0) this.#startedAt = chunk.at;
    this.#parts.push(chunk.bytes);
    this.#size += chunk.bytes.length;
    while (this.#size >= this.#needed) {
      const bytes = this.#joined();
      const length = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
      const end = prefixBytes + length;
      if (bytes.length < end) {
        this.#needed = end;
        return;
      }
      this.#parts = [bytes.subarray(end)];
      this.#size -= end;
      this.#needed = prefixBytes;
      yield { bytes: bytes.subarray(prefixBytes, end), startedAt: this.#startedAt, endedAt: chunk.at };
      this.#startedAt = chunk.at;
    }
  }

  #joined(): Uint8Array {
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only !== undefined ? only : new Uint8Array(Buffer.concat(this.#parts));
    this.#parts = [bytes];
    return bytes;
  }
}

/** A message as it goes out. */
export const framed = (message: Uint8Array, transport: Peer["transport"]): Uint8Array => {
  if (transport === "udp") return message;
  const bytes = new Uint8Array(prefixBytes + message.length);
  bytes.set([message.length >> 8, message.length & 0xff]);
  bytes.set(message, prefixBytes);
  return bytes;
};
