/** The packets that say how a command went: OK, EOF and ERR. */
import { FormatError } from "../../core/errors.ts";
import { decodeText, encodeText } from "../../lib/bytes/text.ts";
import { PayloadReader } from "./payload-reader.ts";
import { PayloadWriter } from "./payload-writer.ts";
import { Can, type Form } from "./capabilities.ts";
import type { Done, End, Reply } from "./spec.ts";

/** First bytes of a server's packets. */
export const Head = { Ok: 0x00, More: 0x01, File: 0xfb, End: 0xfe, Error: 0xff } as const;

/** Bits of the status that a server gives with each ending. */
export const Status = {
  InTransaction: 0x0001,
  Autocommit: 0x0002,
  MoreResults: 0x0008,
  Cursor: 0x0040,
  LastRow: 0x0080,
  StateChanged: 0x4000,
} as const;

const STATE_LENGTH = 5;
const NUMBER_SIGN = 0x23;

export const PLAIN_DONE: Done = {
  affected: "0",
  insertId: "0",
  status: Status.Autocommit,
  warnings: 0,
  info: null,
  state: null,
};

/** An OK packet, whichever its first byte; of one that is written in a way of its own, what stands at its head. */
export function decodeDone(payload: Uint8Array, form: Form): Done {
  const reader = new PayloadReader(payload, 1);
  const affected = String(reader.count());
  const insertId = String(reader.count());
  const status = reader.uint16();
  const warnings = reader.uint16();
  if (reader.left === 0) return { affected, insertId, status, warnings, info: null, state: null };
  const info = infoIn(reader);
  const isTracked = form.can(Can.SessionTrack) && (status & Status.StateChanged) !== 0 && reader.left > 0;
  return { affected, insertId, status, warnings, info, state: isTracked ? reader.sized().slice() : null };
}

/** Null where a length is claimed that is not there: not all servers give one. */
function infoIn(reader: PayloadReader): string | null {
  try {
    return decodeText(reader.sized());
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

export function encodeDone(done: Done, form: Form, head: number = Head.Ok): Uint8Array {
  const { affected, insertId, status, warnings, info, state } = done;
  const isTracked = state !== null && form.can(Can.SessionTrack);
  const kept = state !== null && !isTracked ? status & ~Status.StateChanged : status;
  const writer = new PayloadWriter().byte(head).count(BigInt(affected)).count(BigInt(insertId)).int16(kept).int16(warnings); // prettier-ignore
  if (info !== null && (isTracked || state === null || info !== "")) writer.sized(encodeText(info));
  if (isTracked) writer.sized(state);
  return writer.finish();
}

export function decodeEnd(payload: Uint8Array): End {
  const reader = new PayloadReader(payload, 1);
  return reader.left === 0 ? { warnings: 0, status: 0 } : { warnings: reader.uint16(), status: reader.uint16() };
}

export function encodeEnd({ warnings, status }: End): Uint8Array {
  return new PayloadWriter().byte(Head.End).int16(warnings).int16(status).finish();
}

export function decodeError(payload: Uint8Array): Extract<Reply, { reply: "error" }> {
  const reader = new PayloadReader(payload, 1);
  const code = reader.uint16();
  const hasState = reader.left > STATE_LENGTH && payload[reader.offset] === NUMBER_SIGN;
  const state = hasState ? decodeText(reader.take(1 + STATE_LENGTH).subarray(1)) : "";
  return { reply: "error", code, state, message: decodeText(reader.rest()) };
}

export function encodeError({ code, state, message }: Omit<Extract<Reply, { reply: "error" }>, "reply">): Uint8Array {
  const writer = new PayloadWriter().byte(Head.Error).int16(code);
  if (state !== "") writer.byte(NUMBER_SIGN).raw(encodeText(state));
  return writer.raw(encodeText(message)).finish();
}
