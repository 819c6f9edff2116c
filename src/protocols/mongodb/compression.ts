/** Undoes OP_COMPRESSED. What the server could do is never offered in replay, so nothing is compressed here. */
import { inflateSync, zstdDecompressSync } from "node:zlib";
import { FormatError } from "../../core/errors.ts";
import { uncompressSnappy } from "./snappy.ts";
import { MESSAGE_MOST } from "./wire.ts";

const Compressor = { None: 0, Snappy: 1, Zlib: 2, Zstd: 3 } as const;

/** `length` is what the message claims; other lengths are refused. */
export function uncompress(compressor: number, bytes: Uint8Array, length: number): Uint8Array {
  if (length < 0 || length > MESSAGE_MOST) throw wrong(`${length} bytes`);
  const plain = undone(compressor, bytes, length);
  if (plain.length !== length) throw wrong(`${plain.length} bytes where ${length} are claimed`);
  return plain;
}

function undone(compressor: number, bytes: Uint8Array, length: number): Uint8Array {
  if (compressor === Compressor.None) return bytes;
  if (compressor === Compressor.Snappy) return uncompressSnappy(bytes, length);
  try {
    const options = { maxOutputLength: Math.max(1, length) };
    if (compressor === Compressor.Zlib) return new Uint8Array(inflateSync(bytes, options));
    if (compressor === Compressor.Zstd) return new Uint8Array(zstdDecompressSync(bytes, options));
  } catch (cause) {
    throw new FormatError("format.bytes", "what is compressed in OP_COMPRESSED is torn", "compressed", { cause });
  }
  throw wrong(`compressor ${compressor}`);
}

const wrong = (what: string) => new FormatError("format.bytes", `OP_COMPRESSED does not hold ${what}`, "compressed");
