/**
 * Makes a recording older: every instant in its files, whoever wrote it (ISO texts, HTTP dates, seconds to nanoseconds since
 * the epoch, the claims of signed tokens), is moved by the same time. What is far from the recording's own span is no instant
 * of it and stays.
 */
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const NEAR_MS = 36 * 3_600_000;
const ISO = /\b(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)(?=[.Z+\-"' ,\n])/g;
const HTTP = /\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\b/g;
const EPOCH = /(?<![\w.-])1\d{9}(?:\d{3}|\d{6}|\d{9})?(?![\w-])/g;
const TOKEN = /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g;

/** How a recording is moved. */
export interface Move {
  /** Added to every instant. */
  readonly byMs: number;
  /** When it was recorded: what is within a day and a half of it moves. */
  readonly recordedAt: number;
  /** With which its tokens (HS256) are signed anew. */
  readonly key: string;
}

/** Moves the recording in `<path>/reprise`; 365 days back is `{ byMs: -365 * 86_400_000, … }`. */
export function moveRecording(path: string, move: Move): void {
  const root = join(path, "reprise");
  for (const file of new Bun.Glob("**/*.yaml").scanSync({ cwd: root, dot: true })) {
    const before = readFileSync(join(root, file), "utf8");
    const after = movedText(before, move);
    if (after !== before) writeFileSync(join(root, file), after);
  }
}

function movedText(text: string, move: Move): string {
  const { byMs, recordedAt } = move;
  const isNear = (at: number): boolean => Math.abs(at - recordedAt) < NEAR_MS;
  const moved = (at: number): Date => new Date(at + byMs);
  return text
    .replace(TOKEN, (token) => movedToken(token, move))
    .replace(ISO, (found, day: string, between: string, time: string) => {
      const at = Date.parse(`${day}T${time}Z`);
      return isNear(at) ? moved(at).toISOString().slice(0, 19).replace("T", between) : found;
    })
    .replace(HTTP, (found) => (isNear(Date.parse(found)) ? moved(Date.parse(found)).toUTCString() : found))
    .replace(EPOCH, (found) => {
      const perMs = 10 ** (found.length - 13);
      return isNear(Number(found) / perMs) ? String(BigInt(found) + BigInt(Math.round(byMs * perMs))) : found;
    });
}

function movedToken(token: string, move: Move): string {
  const [head = "", body = ""] = token.split(".");
  const claims = Buffer.from(body, "base64url").toString();
  const moved = movedText(claims, move);
  return moved === claims ? token : signed(head, moved, move.key);
}

/** A token that is valid until then; seconds since the epoch. */
export const tokenUntil = (expires: number, key: string): string =>
  signed(Buffer.from('{"alg":"HS256","typ":"JWT"}').toString("base64url"), `{"sub":"ann","exp":${expires}}`, key);

function signed(head: string, claims: string, key: string): string {
  const body = `${head}.${Buffer.from(claims).toString("base64url")}`;
  return `${body}.${createHmac("sha256", key).update(body).digest("base64url")}`;
}
