/**
 * Undoes Snappy's raw format, which neither Bun nor Node knows. Compressing is never needed: servers may answer plainly.
 * https://github.com/google/snappy/blob/main/format_description.txt
 */
import { FormatError } from "../../core/errors.ts";

/** An element of three bytes copies 64 at most. */
const RATIO_MOST = 24;

export function uncompressSnappy(bytes: Uint8Array, most: number): Uint8Array {
  const { value: length, at: start } = varint(bytes);
  if (length > most || length > bytes.length * RATIO_MOST + 64) throw wrong(`${length} bytes in so few`);
  const out = new Uint8Array(length);
  let [at, end] = [start, 0];
  while (at < bytes.length) {
    const tag = bytes[at++] ?? 0;
    const high = tag >> 2;
    if ((tag & 3) === 0) {
      const extra = Math.max(0, high - 59);
      const run = 1 + (extra === 0 ? high : little(bytes, at, extra));
      at += extra;
      if (at + run > bytes.length || end + run > length) throw wrong("a literal of that length");
      out.set(bytes.subarray(at, at + run), end);
      at += run;
      end += run;
      continue;
    }
    const kind = tag & 3;
    const run = kind === 1 ? 4 + (high & 7) : 1 + high;
    const width = kind === 3 ? 4 : kind;
    const offset = little(bytes, at, width) + (kind === 1 ? (high >> 3) << 8 : 0);
    // With a one-byte offset, its three high bits stand in the tag.
    at += width;
    if (offset === 0 || offset > end || end + run > length) throw wrong("a copy from there");
    for (let left = run; left > 0; left--, end++) out[end] = out[end - offset] ?? 0;
  }
  if (end !== length) throw wrong(`${length} bytes, but ${end}`);
  return out;
}

function varint(bytes: Uint8Array): { value: number; at: number } {
  let value = 0;
  for (let at = 0; at < 5; at++) {
    const byte = bytes[at];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { value, at: at + 1 };
  }
  throw wrong("a length");
}

function little(bytes: Uint8Array, at: number, width: number): number {
  if (at + width > bytes.length) throw wrong("so few bytes");
  let value = 0;
  for (let index = width - 1; index >= 0; index--) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

const wrong = (what: string) => new FormatError("format.bytes", `Snappy has no ${what}`, "compressed");
