/**
 * Tells HTTP/1 by its request line: `METHOD SP target SP HTTP/1.`, methods in capitals. Never claims HTTP/2's preface
 * (`PRI * HTTP/2.0`), nor the commands of SMTP, Redis, IRC, NATS and the like, which have no version in the third place.
 */
import type { Detection, Side } from "../../core/protocol.ts";

const METHOD_MOST = 32;
const TARGET_MOST = 64 * 1024;
const SPACE = 32;
const VERSION = " HTTP/1.";
const STATUS = "HTTP/1.";

const isMethodByte = (byte: number): boolean => (byte >= 65 && byte <= 90) || byte === 45 || byte === 95;

/** Whether `bytes` from `at` on say `text`; `more` if they end before they differ. */
const says = (bytes: Uint8Array, at: number, text: string): Detection => {
  for (let index = 0; index < text.length; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return "more";
    if (byte !== text.charCodeAt(index)) return "no";
  }
  return "yes";
};

const detectClient = (bytes: Uint8Array): Detection => {
  let at = 0;
  while (at < bytes.length && isMethodByte(bytes[at] ?? 0)) at++;
  if (at > METHOD_MOST) return "no";
  if (at === bytes.length) return "more";
  if (at === 0 || bytes[at] !== SPACE) return "no";
  const target = ++at;
  while (at < bytes.length && (bytes[at] ?? 0) > SPACE && bytes[at] !== 127) at++;
  if (at - target > TARGET_MOST) return "no";
  if (at === bytes.length) return "more";
  return at === target ? "no" : says(bytes, at, VERSION);
};

/** The client's bytes decide; a server that speaks before its client, and not HTTP, is none. */
export const detect = (head: Readonly<Record<Side, Uint8Array>>): Detection => {
  if (head.server.length > 0 && says(head.server, 0, STATUS) === "no") return "no";
  return head.client.length > 0 ? detectClient(head.client) : "more";
};
