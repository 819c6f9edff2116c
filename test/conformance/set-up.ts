/**
 * What each protocol's replay makes up instead of repeating, declared with the reason.
 *
 * Only what is listed here may differ from the recorded bytes. A protocol that is not listed replays byte for byte.
 */

import { deserialize } from "bson";
import { uncompress } from "../../src/protocols/mongodb/compression.ts";

/** Offsets in one direction's stream: from the first up to, not including, the second. */
export type Range = readonly [number, number];

export interface SetUp {
  readonly because: string;
  /** What of the client's recorded bytes a synthesised server never asks for, and so is not sent to it. */
  clientSkips(stream: Uint8Array): readonly Range[];
  /** What of a server's bytes is compared. */
  serverPart(stream: Uint8Array): Uint8Array;
  /** False where a spec keeps the meaning and not the framing; then the re-recorded exchanges alone must be equal. */
  readonly comparesBytes: boolean;
}

/** Nothing is made up. */
export const nothing: SetUp = {
  because: "",
  clientSkips: () => [],
  serverPart: (stream) => stream,
  comparesBytes: true,
};

const view = (stream: Uint8Array): DataView => new DataView(stream.buffer, stream.byteOffset, stream.byteLength);

/** Offsets of PostgreSQL's typed messages from `from` on: letter, start and end; a torn last one is left out. */
function* postgresMessages(
  stream: Uint8Array,
  from: number,
): Generator<{ letter: string; start: number; end: number }> {
  for (let start = from; start + 5 <= stream.length;) {
    const end = start + 1 + view(stream).getUint32(start + 1);
    if (end > stream.length) return;
    yield { letter: String.fromCharCode(stream[start] ?? 0), start, end };
    start = end;
  }
}

/** SSLRequest and GSSENCRequest; a server answers each with one letter. */
const ENCRYPTION_REQUESTS = [80_877_103, 80_877_104];

const postgres: SetUp = {
  because: "authentication, parameters and keys are made up, so passwords are never asked for",
  clientSkips: (stream) => {
    let at = 0;
    while (at + 8 <= stream.length && ENCRYPTION_REQUESTS.includes(view(stream).getUint32(at + 4))) at += 8;
    if (at + 4 > stream.length) return [];
    const ranges: Range[] = [];
    for (const { letter, start, end } of postgresMessages(stream, at + view(stream).getUint32(at))) {
      if (letter !== "p") break;
      ranges.push([start, end]);
    }
    return ranges;
  },
  serverPart: (stream) => {
    let at = 0;
    while (stream[at] === 0x4e /* N */ && stream[at + 1] !== 0) at++;
    for (const { letter, end } of postgresMessages(stream, at)) if (letter === "Z") return stream.subarray(end);
    return stream.subarray(stream.length);
  },
  comparesBytes: true,
};

const redis: SetUp = {
  because: "a server numbers its clients; the recorded answer to HELLO is given to each",
  clientSkips: () => [],
  serverPart: (stream) =>
    Buffer.from(
      Buffer.from(stream)
        .toString("latin1")
        .replace(/\$2\r\nid\r\n:\d+\r\n/g, "$2\r\nid\r\n:0\r\n"),
      "latin1",
    ),
  comparesBytes: true,
};

/** Packets of MySQL: number, payload, start and end; a torn last one is left out. */
function* mysqlPackets(
  stream: Uint8Array,
): Generator<{ number: number; payload: Uint8Array; start: number; end: number }> {
  for (let start = 0; start + 4 <= stream.length;) {
    const end = start + 4 + (view(stream).getUint32(start, true) & 0xffffff);
    if (end > stream.length) return;
    yield { number: stream[start + 3] ?? 0, payload: stream.subarray(start + 4, end), start, end };
    start = end;
  }
}

const CHANGE_USER = 0x11;
const SWITCH = /^\xfe(?:mysql_|caching_|client_|sha256_)\w+\0/;

const mysql: SetUp = {
  because: "the greeting's challenge is made up and nobody is asked to prove anything, by whichever plug-in",
  clientSkips: (stream) => {
    const ranges: Range[] = [];
    let isProof = false;
    for (const { number, payload, start, end } of mysqlPackets(stream)) {
      if (number !== 0 && isProof) ranges.push([start, end]);
      else isProof = start === 0 || (number === 0 && payload[0] === CHANGE_USER);
    }
    return ranges;
  },
  serverPart: (stream) => {
    const kept: Uint8Array[] = [];
    let isIn = false;
    let isSwitched = false;
    for (const { number, payload, start, end } of mysqlPackets(stream)) {
      const wasIn = isIn;
      isIn ||= start > 0 && payload[0] === 0;
      if (!wasIn) continue;
      const packet = stream.slice(start, end);
      if (isSwitched) packet[3] = 1;
      isSwitched = number === 1 && SWITCH.test(Buffer.from(payload).toString("latin1"));
      if (!isSwitched) kept.push(packet);
    }
    return Buffer.concat(kept);
  },
  comparesBytes: true,
};

const [OP_COMPRESSED, OP_MSG, MORE_TO_COME] = [2012, 2013, 2];

/** Where a message of MongoDB's stands, and what it is once it is not compressed. */
interface MongoMessage {
  readonly start: number;
  readonly end: number;
  readonly plain: Uint8Array;
  readonly fields: readonly string[];
}

function* mongoMessages(stream: Uint8Array): Generator<MongoMessage> {
  for (let start = 0; start + 21 <= stream.length;) {
    const end = start + view(stream).getInt32(start, true);
    if (end > stream.length) return;
    const plain = mongoPlain(stream.subarray(start, end));
    const at = { 1: 36, 2004: (plain.indexOf(0, 20) ?? 0) + 9 }[view(plain).getInt32(12, true)] ?? 21;
    yield { start, end, plain, fields: Object.keys(deserialize(plain.subarray(at), { allowObjectSmallerThanBufferSize: true })) }; // prettier-ignore
    start = end;
  }
}

/** The same message, not compressed. */
function mongoPlain(message: Uint8Array): Uint8Array {
  if (view(message).getInt32(12, true) !== OP_COMPRESSED) return message;
  const body = uncompress(message[24] ?? 0, message.subarray(25), view(message).getInt32(20, true));
  const head = Buffer.from(message.subarray(0, 16));
  head.writeInt32LE(16 + body.length, 0);
  head.writeInt32LE(view(message).getInt32(16, true), 12);
  return new Uint8Array(Buffer.concat([head, body]));
}

const mongodb: SetUp = {
  because:
    "a server numbers its messages and need not compress; authentication and what it says of itself are made up for each client",
  clientSkips: (stream) =>
    [...mongoMessages(stream)].filter(({ fields: [name = ""] }) => name.startsWith("sasl")).map(({ start, end }) => [start, end]), // prettier-ignore
  serverPart: (stream) => {
    const made = ["conversationId", "ismaster", "isWritablePrimary"];
    const kept = [...mongoMessages(stream)].filter(({ fields }) => !fields.some((name) => made.includes(name)));
    return Buffer.concat(
      kept.flatMap(({ plain }, at) => {
        // What comes unasked names the server's own message before it.
        const before = kept[at - 1]?.plain;
        const isFurther = before !== undefined && view(before).getInt32(12, true) === OP_MSG && ((before[16] ?? 0) & MORE_TO_COME) !== 0; // prettier-ignore
        return [plain.subarray(0, 4), Buffer.alloc(4), isFurther ? Buffer.alloc(4) : plain.subarray(8, 12), plain.subarray(12)]; // prettier-ignore
      }),
    );
  },
  comparesBytes: true,
};

/** By `Protocol.name`. */
export const setUps: Readonly<Record<string, SetUp>> = { mongodb, mysql, postgres, redis };
