/** Tells DNS from everything else by the shape of the first message, so strictly that chance does not pass for it. */
import type { Detection, Peer, Side } from "../../core/protocol.ts";
import { decodeMessage, Flag, headerBytes, opcodeOf } from "./message.ts";

/** A header, the root and four bytes of type and class. */
const minQueryBytes = headerBytes + 5;
/** A query is one name and some options; padded ones are fewer than 500 bytes. */
const maxQueryBytes = 1024;
/** An OPT record and a signature. */
const maxAdditional = 2;

/** Over UDP the first datagram says it, whoever sent it; over TCP the client's first message. */
export const detect = (head: Readonly<Record<Side, Uint8Array>>, peer: Peer): Detection => {
  const { client, server } = head;
  if (peer.transport === "udp") {
    if (client.length > 0) return isMessage(client, false) ? "yes" : "no";
    return server.length === 0 ? "more" : isMessage(server, true) ? "yes" : "no";
  }
  if (!mayBeReply(server)) return "no";
  if (client.length === 0) return "more";
  if (client.length < 2) return (client[0] ?? 0) <= maxQueryBytes >> 8 ? "more" : "no";
  const size = ((client[0] ?? 0) << 8) | (client[1] ?? 0);
  if (size < minQueryBytes || size > maxQueryBytes) return "no";
  const message = client.subarray(2, 2 + size);
  if (message.length < headerBytes) return "more";
  if (!hasQueryHeader(message)) return "no";
  return message.length < size ? "more" : isMessage(message, false) ? "yes" : "no";
};

/** Of what a server says over TCP, as far as it is there: its answers are marked as such, and queries they answer. */
const mayBeReply = (server: Uint8Array): boolean => server.length < 5 || ((server[4] ?? 0) & 0xf8) === 0x80;

const hasQueryHeader = (message: Uint8Array): boolean => {
  const word = (at: number): number => ((message[at] ?? 0) << 8) | (message[at + 1] ?? 0);
  const allowed = Flag.recursionDesired | Flag.authenticData | Flag.checkingDisabled;
  const isPlain = (word(2) & ~allowed) === 0;
  return isPlain && word(4) === 1 && word(6) === 0 && word(8) === 0 && word(10) <= maxAdditional;
};

const isMessage = (bytes: Uint8Array, isReply: boolean): boolean => {
  if (!isReply && (bytes.length < headerBytes || !hasQueryHeader(bytes))) return false;
  try {
    const message = decodeMessage(bytes);
    const [question, second] = message.questions;
    if (question === undefined || second !== undefined || opcodeOf(message.flags) !== 0) return false;
    if (isReply !== ((message.flags & Flag.response) !== 0)) return false;
    // A class that has no name, or type 0, is a message that only looks like one.
    return !question.class.startsWith("CLASS") && question.type !== "TYPE0";
  } catch {
    return false;
  }
};
