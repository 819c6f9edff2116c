/** The one difference of two bodies that have no fields: where it begins, with what stands there. */
import type { Difference } from "../../core/diff.ts";
import { readableText } from "../../lib/bytes/text.ts";

const WHOLE_MOST = 200;
const BEFORE = 40;
const AFTER = 80;

/** The first offset at which the bytes are not the same. */
export const firstDifference = (a: Uint8Array, b: Uint8Array): number => {
  const most = Math.min(a.length, b.length);
  let at = 0;
  // Equal blocks are passed over natively.
  for (const block = 4096; at + block <= most; at += block) {
    if (Buffer.compare(a.subarray(at, at + block), b.subarray(at, at + block)) !== 0) break;
  }
  while (at < most && a[at] === b[at]) at++;
  return at;
};

/** Moves to the start of the character that a byte is part of. */
const characterStart = (bytes: Uint8Array, at: number): number => {
  let start = at;
  while (start > 0 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
};

const excerpt = (bytes: Uint8Array, at: number): string => {
  const whole = bytes.length <= WHOLE_MOST;
  const from = whole ? 0 : characterStart(bytes, Math.max(0, at - BEFORE));
  const to = whole ? bytes.length : characterStart(bytes, Math.min(bytes.length, at + AFTER));
  const part = bytes.subarray(from, to);
  const text = readableText(part) ?? `hex ${Buffer.from(part).toString("hex")}`;
  if (whole) return text;
  return `(${bytes.length} bytes, first difference at ${at}) ${from > 0 ? "…" : ""}${text}${to < bytes.length ? "…" : ""}`;
};

/** Nothing if both are equal, else one difference at `path`. */
export const diffOpaque = (path: string, expected: Uint8Array, actual: Uint8Array): Difference[] => {
  const at = firstDifference(expected, actual);
  if (at === expected.length && at === actual.length) return [];
  if (expected.length === 0) return [{ path, actual: excerpt(actual, 0), change: "added" }];
  if (actual.length === 0) return [{ path, expected: excerpt(expected, 0), change: "missing" }];
  return [{ path, expected: excerpt(expected, at), actual: excerpt(actual, at), change: "changed" }];
};
