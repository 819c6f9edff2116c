/**
 * Tells a MongoDB connection by the head of the client's first message: a length, a number, the zero of what answers
 * nothing, and an opcode. No other protocol begins with these.
 */
import type { Detection } from "../../core/protocol.ts";
import { HEADER, MESSAGE_MOST, OpCode } from "./wire.ts";

const FIRST_CODES: ReadonlySet<number> = new Set([OpCode.Query, OpCode.Message, OpCode.Compressed]);

/** Looks at the client's bytes only: the server is silent until they have come. */
export function detect(client: Uint8Array): Detection {
  const head = Buffer.from(client.buffer, client.byteOffset, Math.min(client.length, HEADER));
  // What is known so far must fit: the length's high byte, then the four zeros, then a code.
  if (head.length >= 4 && (head.readInt32LE(0) < HEADER + 10 || head.readInt32LE(0) > MESSAGE_MOST)) return "no";
  if (head.subarray(8, 12).some((byte) => byte !== 0)) return "no";
  const codes = [...FIRST_CODES].map((code) => Buffer.from([code & 0xff, code >> 8, 0, 0]));
  const said = head.subarray(12);
  if (!codes.some((code) => code.subarray(0, said.length).equals(said))) return "no";
  return head.length < HEADER ? "more" : "yes";
}
