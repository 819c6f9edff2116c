/**
 * Values as reports print them, whatever they are: text quoted, bytes as base64, long ones cut with their length said.
 */
import { withMembers } from "../core/plain-data.ts";

/** What a page or a terminal can bear of one value; the recording holds the whole. */
const TEXT_MOST = 2_000;
const STORED_MOST = 65_536;

/** For people, in at most `most` characters or a little over: JSON where that says it. */
export const printValue = (value: unknown, most: number = TEXT_MOST): string => {
  const text =
    typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(storable(value), null, 1) ?? "nothing");
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters in all)`;
};

/** The same value as plain JSON data, not copied where it is that; what JSON has no word for is spelt, and very long text is cut. */
export const storable = (value: unknown): unknown => {
  if (value instanceof Uint8Array) {
    const base64 = Buffer.from(value.subarray(0, STORED_MOST)).toString("base64");
    return value.length > STORED_MOST ? { base64, bytes: value.length } : { base64 };
  }
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "string" && value.length > STORED_MOST) {
    return `${value.slice(0, STORED_MOST)}… (${value.length} characters in all)`;
  }
  if (typeof value !== "object" || value === null) return value;
  return withMembers(value, storable);
};

// oxlint-disable-next-line no-control-regex -- the characters are the subject
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** Recorded text that may be shown on a terminal: what could steer it is spelt (`\x1b`). */
export const visible = (text: string): string =>
  text.replace(CONTROLS, (found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`);

/** `2 tests`, `1 test`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** `3 ms`, `1.2 s`, `2 min 5 s`. */
export const printDuration = (ms: number): string => {
  if (ms < 1000) return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
};

/** Milliseconds between two ISO instants. */
export const between = (startedAt: string, endedAt: string): number =>
  Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
