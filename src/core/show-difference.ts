/** One difference as a line for people: `parameters[0]: 7 -> 8`. Long values are cut to where they differ. */
import type { Difference } from "./diff.ts";

const WIDTH = 80;
const LEAD = 20;

/** `path: expected -> actual`; a type is visible (`"1" -> 1`) where it is all that differs. */
export function showDifference(difference: Difference): string {
  const { path, expected, actual, change } = difference;
  if (change === "added") return `${path}: (absent) -> ${cut(showValue(actual, false), 0)}`;
  if (change === "missing") return `${path}: ${cut(showValue(expected, false), 0)} -> (absent)`;
  const quote = change === "retyped" || String(expected) === String(actual);
  const [left, right] = [showValue(expected, quote), showValue(actual, quote)];
  const same = commonPrefix(left, right);
  return `${path}: ${cut(left, same)} -> ${cut(right, same)}`;
}

function showValue(value: unknown, quote: boolean): string {
  if (value === undefined) return "(absent)";
  if (typeof value === "string") return quote || value === "" || /[\n\r]/.test(value) ? JSON.stringify(value) : value;
  if (value instanceof Uint8Array) return `${value.length} bytes ${Buffer.from(value.subarray(0, 64)).toString("hex")}`;
  if (typeof value === "bigint") return String(value);
  return typeof value === "object" && value !== null ? JSON.stringify(value, bigintsAsText) : String(value);
}

const bigintsAsText = (_name: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most && a.charCodeAt(same) === b.charCodeAt(same)) same++;
  return same;
}

function cut(text: string, same: number): string {
  if (text.length <= WIDTH) return text;
  const from = Math.max(0, Math.min(same - LEAD, text.length - WIDTH));
  const to = Math.min(text.length, from + WIDTH);
  return `${from > 0 ? "…" : ""}${text.slice(from, to)}${to < text.length ? "…" : ""}`;
}
