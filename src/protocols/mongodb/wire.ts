/**
 * The messages of MongoDB's wire protocol that carry commands, and how an answer is spelt. Taking streams apart is
 * `message-reader.ts`. https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
import { crc32c } from "./crc32c.ts";

export const OpCode = { Reply: 1, Query: 2004, Compressed: 2012, Message: 2013 } as const;

/** Of OP_MSG. Bits below 65536 that a reader does not know are an error. */
export const Flag = { Checksum: 1, MoreToCome: 2, ExhaustAllowed: 65_536 } as const;

/** The largest message that servers take is 48 MB. */
export const MESSAGE_MOST = 48_000_000 + 65_536;
export const HEADER = 16;

/** A command or its answer, whatever it was wrapped in. */
export interface Message {
  readonly requestId: number;
  readonly responseTo: number;
  /** `query`: the form in which connections begin to speak, answered by OP_REPLY. */
  readonly form: "message" | "query" | "reply";
  readonly flags: number;
  /** The database that a `query` names; `message` has it in its document. */
  readonly database: string | null;
  readonly document: Uint8Array;
  /** Lists of documents beside the body, by the name of the field that they stand for. */
  readonly sequences: readonly { readonly name: string; readonly documents: readonly Uint8Array[] }[];
}

/** The head of an answer. */
export interface Answer {
  readonly requestId: number;
  readonly responseTo: number;
  readonly flags: number;
}

// int32 messageLength | int32 requestID | int32 responseTo | int32 opCode | uint32 flagBits | 0 | document | [uint32 CRC-32C]
export function encodeMessage({ requestId, responseTo, flags }: Answer, document: Uint8Array): Uint8Array {
  const hasChecksum = (flags & Flag.Checksum) !== 0;
  const bytes = Buffer.alloc(HEADER + 5 + document.length + (hasChecksum ? 4 : 0));
  header(bytes, { requestId, responseTo }, OpCode.Message);
  bytes.writeUInt32LE(flags >>> 0, HEADER);
  bytes.set(document, HEADER + 5);
  if (hasChecksum) bytes.writeUInt32LE(crc32c(bytes.subarray(0, -4)), bytes.length - 4);
  return new Uint8Array(bytes);
}

/** The server takes `awaitData`; every server says so. */
const AWAIT_CAPABLE = 8;

// header | int32 flags | int64 cursorID | int32 startingFrom | int32 numberReturned | documents
export function encodeReply({ requestId, responseTo }: Answer, document: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(HEADER + 20 + document.length);
  header(bytes, { requestId, responseTo }, OpCode.Reply);
  bytes.writeInt32LE(AWAIT_CAPABLE, HEADER);
  bytes.writeInt32LE(1, HEADER + 16);
  bytes.set(document, HEADER + 20);
  return new Uint8Array(bytes);
}

function header(
  bytes: Buffer,
  { requestId, responseTo }: { requestId: number; responseTo: number },
  code: number,
): void {
  bytes.writeInt32LE(bytes.length, 0);
  bytes.writeInt32LE(requestId | 0, 4);
  bytes.writeInt32LE(responseTo | 0, 8);
  bytes.writeInt32LE(code, 12);
}
