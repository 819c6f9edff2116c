/**
 * Takes one direction's bytes apart into messages; what is compressed is undone. The counterpart that writes is `wire.ts`.
 * After lost bytes it goes on only where a piece begins that is, to its last length, the head of a message.
 */
import { FormatError } from "../../core/errors.ts";
import { ByteQueue } from "../../lib/bytes/byte-queue.ts";
import { uncompress } from "./compression.ts";
import { documentAt, textAt } from "./documents.ts";
import { Flag, HEADER, type Message, MESSAGE_MOST, OpCode } from "./wire.ts";

const CHECKED = HEADER + 9;

export class MessageReader {
  readonly #queue = new ByteQueue();
  #isLost = false;

  push(bytes: Uint8Array): void {
    if (this.#isLost && !looksLikeHead(bytes)) return;
    this.#isLost = false;
    this.#queue.push(bytes);
  }

  /** Bytes went by unseen. */
  lose(): void {
    this.#queue.clear();
    this.#isLost = true;
  }

  /** The next whole message, or `undefined`. */
  next(): Message | undefined {
    if (this.#queue.size < HEADER) return undefined;
    const length = view(this.#queue.rest()).getInt32(0, true);
    if (length < HEADER || length > MESSAGE_MOST) throw wrong(`a message of ${length} bytes`);
    const bytes = this.#queue.exactly(length);
    return bytes === undefined ? undefined : decode(bytes);
  }
}

/** Enough of it to tell it from the middle of a document. */
function looksLikeHead(bytes: Uint8Array): boolean {
  if (bytes.length < CHECKED) return false;
  const head = view(bytes);
  const length = head.getInt32(0, true);
  const code = head.getInt32(12, true);
  if (length < CHECKED || length > MESSAGE_MOST) return false;
  if (code === OpCode.Compressed) return head.getInt32(16, true) === OpCode.Message && (bytes[24] ?? 9) <= 3;
  if (code !== OpCode.Message) return false;
  const flags = head.getUint32(16, true);
  const known = Flag.Checksum | Flag.MoreToCome | Flag.ExhaustAllowed;
  const size = head.getInt32(21, true);
  return (flags & ~known) === 0 && bytes[20] === 0 && size >= 5 && size <= length - 21;
}

function decode(bytes: Uint8Array): Message {
  const head = view(bytes);
  const [requestId, responseTo] = [head.getInt32(4, true), head.getInt32(8, true)];
  let code = head.getInt32(12, true);
  let body = bytes.subarray(HEADER);
  // int32 originalOpcode | int32 uncompressedSize | uint8 compressorId | compressed
  if (code === OpCode.Compressed) {
    if (body.length < 9) throw wrong("so short a compressed message");
    const wrapped = view(body);
    code = wrapped.getInt32(0, true);
    body = uncompress(body[8] ?? 0, body.subarray(9), wrapped.getInt32(4, true));
  }
  const ids = { requestId, responseTo };
  if (code === OpCode.Message) return { ...ids, ...decodeMessage(body) };
  if (code === OpCode.Query) return { ...ids, ...decodeQuery(body) };
  if (code === OpCode.Reply) return { ...ids, ...decodeReply(body) };
  throw wrong(`opcode ${code} that is read`);
}

type Content = Omit<Message, "requestId" | "responseTo">;

// uint32 flagBits | sections | [uint32 checksum]
function decodeMessage(body: Uint8Array): Content {
  if (body.length < 10) throw wrong("so short an OP_MSG");
  const flags = view(body).getUint32(0, true);
  const end = body.length - ((flags & Flag.Checksum) === 0 ? 0 : 4);
  const sequences: { name: string; documents: Uint8Array[] }[] = [];
  let document: Uint8Array | undefined;
  for (let at = 4; at < end;) {
    const kind = body[at++];
    if (kind === 0 && document === undefined) {
      document = documentAt(body, at, end);
      at += document.length;
    } else if (kind === 1) {
      const size = at + 4 <= end ? view(body).getInt32(at, true) : 0;
      if (size < 5 || at + size > end) throw wrong("a sequence of that length");
      sequences.push(decodeSequence(body.subarray(at + 4, at + size)));
      at += size;
    } else throw wrong(`section of kind ${kind}`);
  }
  if (document === undefined) throw wrong("OP_MSG without a body");
  return { form: "message", flags, database: null, document, sequences };
}

// cstring identifier | documents
function decodeSequence(bytes: Uint8Array): { name: string; documents: Uint8Array[] } {
  const { text: name, end } = textAt(bytes, 0);
  const documents: Uint8Array[] = [];
  for (let at = end; at < bytes.length; at += documents.at(-1)?.length ?? 0) {
    documents.push(documentAt(bytes, at, bytes.length));
  }
  return { name, documents };
}

// int32 flags | cstring fullCollectionName | int32 numberToSkip | int32 numberToReturn | document | [document]
function decodeQuery(body: Uint8Array): Content {
  const { text, end } = textAt(body, 4);
  const database = /^([^.]+)\.\$cmd$/.exec(text)?.[1];
  if (database === undefined) throw wrong(`query of ${text} that is read: MongoDB 5.1 took these out`);
  return { form: "query", flags: 0, database, document: documentAt(body, end + 8, body.length), sequences: [] };
}

// int32 responseFlags | int64 cursorID | int32 startingFrom | int32 numberReturned | documents
function decodeReply(body: Uint8Array): Content {
  return { form: "reply", flags: 0, database: null, document: documentAt(body, 20, body.length), sequences: [] };
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const wrong = (what: string) => new FormatError("format.bytes", `MongoDB has no ${what}`, "message");
