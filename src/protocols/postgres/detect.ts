/**
 * Tells a PostgreSQL connection by its first eight bytes: a plausible length and one of four codes. A start-up message
 * must name a user, as every server demands; nothing else is claimed.
 */
import type { Detection } from "../../core/protocol.ts";
import { RequestCode } from "./startup-packet.ts";

const CANCEL_LENGTH = { least: 16, most: 268 };
const STARTUP_LENGTH = { least: 14, most: 10_000 };

/** Looks at the client's bytes only: the server is silent until they have come. */
export function detect(client: Uint8Array): Detection {
  if (client.length === 0) return "more";
  if (client[0] !== 0 || (client.length > 1 && client[1] !== 0)) return "no";
  if (client.length < 8) return mayBegin(client) ? "more" : "no";
  const view = new DataView(client.buffer, client.byteOffset, client.byteLength);
  const length = view.getUint32(0);
  const code = view.getUint32(4);
  if (code === RequestCode.Ssl || code === RequestCode.GssEnc) return length === 8 ? "yes" : "no";
  if (code === RequestCode.Cancel) return within(length, CANCEL_LENGTH) ? "yes" : "no";
  if (code >>> 16 !== 3 || (code & 0xffff) > 9999 || !within(length, STARTUP_LENGTH)) return "no";
  return namesUser(client, length);
}

function within(length: number, range: { least: number; most: number }): boolean {
  return length >= range.least && length <= range.most;
}

/** Every length allowed is below 10,001, and each code begins with 04 d2 16 or 00 03. */
function mayBegin(client: Uint8Array): boolean {
  const [, , high = 0, low = 0, first, second] = client;
  if (high > 0x27) return false;
  if (client.length >= 4 && high === 0 && low < 8) return false;
  if (first === undefined) return true;
  if (first !== 0x04 && first !== 0x00) return false;
  return second === undefined || (first === 0x04 ? second === 0xd2 : second === 0x03);
}

/** The list of names and values has `user` for a name, and ends where the length says. */
function namesUser(client: Uint8Array, length: number): Detection {
  let at = 8;
  let isName = true;
  while (at < Math.min(client.length, length)) {
    const end = client.indexOf(0, at);
    if (end < 0 || end >= length) return client.length < length ? "more" : "no";
    if (isName && end === at) return "no";
    if (isName && Buffer.from(client.subarray(at, end)).toString("latin1") === "user") return "yes";
    isName = !isName;
    at = end + 1;
  }
  return client.length < length ? "more" : "no";
}
