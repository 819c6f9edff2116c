/**
 * What each protocol's replay makes up instead of repeating, declared with the reason.
 *
 * Only what is listed here may differ from the recorded bytes. A protocol that is not listed replays byte for byte.
 */

import { deserialize } from "bson";

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

/** MongoDB's messages with the fields of their first document. */
function* mongoMessages(stream: Uint8Array): Generator<{ start: number; end: number; fields: readonly string[] }> {
  for (let start = 0; start + 21 <= stream.length;) {
    const end = start + view(stream).getInt32(start, true);
    if (end > stream.length) return;
    const isReply = view(stream).getInt32(start + 12, true) === 1;
    yield { start, end, fields: Object.keys(deserialize(stream.subarray(start + (isReply ? 36 : 21)), { allowObjectSmallerThanBufferSize: true })) }; // prettier-ignore
    start = end;
  }
}

const mongodb: SetUp = {
  because: "a server numbers its messages; authentication and what it says of itself are made up for each client",
  clientSkips: (stream) => {
    const isQuery = (start: number): boolean => view(stream).getInt32(start + 12, true) === 2004;
    const ranges: Range[] = [];
    for (let start = 0; start + 21 <= stream.length;) {
      const end = start + view(stream).getInt32(start, true);
      if (end > stream.length) break;
      const [message] = isQuery(start) ? [] : [...mongoMessages(stream.subarray(start, end))];
      if ((message?.fields[0] ?? "").startsWith("sasl")) ranges.push([start, end]);
      start = end;
    }
    return ranges;
  },
  serverPart: (stream) => {
    const made = ["conversationId", "ismaster", "isWritablePrimary"];
    const kept = [...mongoMessages(stream)].filter(({ fields }) => !fields.some((name) => made.includes(name)));
    return Buffer.concat(
      kept.flatMap(({ start, end }) => [
        stream.subarray(start, start + 4),
        Buffer.alloc(4),
        stream.subarray(start + 8, end),
      ]),
    );
  },
  comparesBytes: true,
};

/** By `Protocol.name`. */
export const setUps: Readonly<Record<string, SetUp>> = { mongodb, mysql, postgres, redis };
