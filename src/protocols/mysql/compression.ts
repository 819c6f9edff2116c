/**
 * The compressed protocol, which begins after a connection is accepted: frames of packets, each compressed by zlib or
 * zstd or, where that would not pay, plain. Read at recording only; in replay it is never offered.
 */
import { inflateSync, zstdDecompressSync } from "node:zlib";
import { FormatError } from "../../core/errors.ts";

const HEADER = 7;
/** The most that a frame may hold; a length that claims more is not believed. */
const MOST = 0xffffff;

export type Algorithm = "zlib" | "zstd";

/** Takes frames as they come and gives what they hold. */
export class Decompressor {
  readonly #algorithm: Algorithm;
  #held: Uint8Array = new Uint8Array(0);

  constructor(algorithm: Algorithm) {
    this.#algorithm = algorithm;
  }

  push(bytes: Uint8Array): Uint8Array[] {
    const all = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const found: Uint8Array[] = [];
    let at = 0;
    while (all.length - at >= HEADER) {
      const [length, plain] = [int24(all, at), int24(all, at + 4)];
      if (all.length - at - HEADER < length) break;
      const content = all.subarray(at + HEADER, at + HEADER + length);
      found.push(plain === 0 ? content : this.#decompress(content, plain));
      at += HEADER + length;
    }
    this.#held = all.subarray(at);
    return found;
  }

  #decompress(content: Uint8Array, length: number): Uint8Array {
    let plain: Uint8Array;
    try {
      plain =
        this.#algorithm === "zlib"
          ? inflateSync(content, { maxOutputLength: MOST })
          : zstdDecompressSync(content, { maxOutputLength: MOST });
    } catch (cause) {
      throw new FormatError("format.bytes", `a compressed frame is not ${this.#algorithm}`, "0", { cause });
    }
    if (plain.length === length) return plain;
    throw new FormatError("format.bytes", `a compressed frame holds ${plain.length} bytes, not ${length}`, "4");
  }
}

const int24 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
