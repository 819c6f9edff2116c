/**
 * Packets: a length of three bytes, a number that counts the packets of one exchange, a payload. A payload of 16 MB and
 * more goes in several, the last of them shorter than the most. Lengths are believed only as far as bytes have come.
 */
import { joinBytes } from "../../lib/bytes/pieces.ts";

const HEADER = 4;
/** The most that one packet holds; then another follows. */
const MOST = 0xffffff;

/** One payload, with the numbers of its first and its last packet. */
export interface Packet {
  readonly payload: Uint8Array;
  readonly first: number;
  readonly sequence: number;
}

/** Takes bytes as they come and gives whole payloads. */
export class PacketReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #pieces: Uint8Array[] = [];
  #first = 0;

  push(bytes: Uint8Array): void {
    if (this.#start === this.#end) {
      this.#bytes = bytes;
      this.#start = 0;
      this.#end = bytes.length;
      return;
    }
    const held = this.#end - this.#start;
    const grown = new Uint8Array(Math.max(held + bytes.length, Math.min(held * 2, held + MOST)));
    grown.set(this.#bytes.subarray(this.#start, this.#end));
    grown.set(bytes, held);
    this.#bytes = grown;
    this.#start = 0;
    this.#end = held + bytes.length;
  }

  next(): Packet | undefined {
    for (;;) {
      const at = this.#start;
      if (this.#end - at < HEADER) return undefined;
      const bytes = this.#bytes;
      const length = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
      if (this.#end - at - HEADER < length) return undefined;
      const piece = bytes.subarray(at + HEADER, at + HEADER + length);
      this.#start = at + HEADER + length;
      if (length === MOST) {
        if (this.#pieces.length === 0) this.#first = bytes[at + 3] ?? 0;
        this.#pieces.push(piece);
        continue;
      }
      const sequence = bytes[at + 3] ?? 0;
      if (this.#pieces.length === 0) return { payload: piece, first: sequence, sequence };
      const payload = Buffer.concat([...this.#pieces, piece]);
      this.#pieces = [];
      return { payload, first: this.#first, sequence };
    }
  }

  /** What has not been read, taken out. */
  rest(): Uint8Array {
    const rest = this.#bytes.subarray(this.#start, this.#end);
    this.clear();
    return rest;
  }

  clear(): void {
    this.#bytes = new Uint8Array(0);
    this.#start = 0;
    this.#end = 0;
    this.#pieces = [];
  }
}

/** A payload as packets, the first with that number. */
export function packets(payload: Uint8Array, sequence: number): Uint8Array {
  if (payload.length < MOST) return one(payload, sequence);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at <= payload.length; at += MOST) {
    pieces.push(one(payload.subarray(at, at + MOST), sequence + pieces.length));
  }
  return Buffer.concat(pieces);
}

function one(payload: Uint8Array, sequence: number): Uint8Array {
  const packet = new Uint8Array(HEADER + payload.length);
  packet.set(headOf(payload.length, sequence));
  packet.set(payload, HEADER);
  return packet;
}

const headOf = (length: number, sequence: number): Uint8Array =>
  Uint8Array.of(length & 0xff, (length >> 8) & 0xff, length >> 16, sequence & 0xff);

const BLOCK_LEAST = 1 << 10;
const BLOCK_MOST = 1 << 20;

/** Payloads as one run of packets, each with the number 0: gathered in few pieces, since there may be very many of them. */
export class PacketRun {
  #blocks: Uint8Array[] = [];
  /** Of the last block. */
  #used = 0;

  get isEmpty(): boolean {
    return this.#blocks.length === 0;
  }

  add(payload: Uint8Array): void {
    if (payload.length >= MOST) return this.#write(packets(payload, 0));
    this.#write(headOf(payload.length, 0));
    this.#write(payload);
  }

  /** The bytes; it is empty afterwards. */
  take(): Uint8Array {
    const blocks = this.#blocks;
    const last = blocks.pop();
    if (last !== undefined) blocks.push(last.subarray(0, this.#used));
    this.#blocks = [];
    this.#used = 0;
    return joinBytes(blocks);
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const block = this.#room();
      const piece = bytes.subarray(at, at + block.length - this.#used);
      block.set(piece, this.#used);
      this.#used += piece.length;
      at += piece.length;
    }
  }

  #room(): Uint8Array {
    const last = this.#blocks.at(-1);
    if (last !== undefined && this.#used < last.length) return last;
    const next = new Uint8Array(Math.min(BLOCK_MOST, (last?.length ?? BLOCK_LEAST / 2) * 2));
    this.#blocks.push(next);
    this.#used = 0;
    return next;
  }
}

/** A run of whole packets with numbers from `sequence` on, as a copy; and how many they are. */
export function renumbered(run: Uint8Array, sequence: number): { readonly bytes: Uint8Array; readonly count: number } {
  const bytes = run.slice();
  let count = 0;
  for (let at = 0; at + HEADER <= bytes.length; count++) {
    bytes[at + 3] = (sequence + count) & 0xff;
    at += HEADER + ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16));
  }
  return { bytes, count };
}

/** The payloads of a run of whole packets. */
export function* payloadsIn(run: Uint8Array): Generator<Uint8Array> {
  const reader = new PacketReader();
  reader.push(run);
  for (let packet = reader.next(); packet !== undefined; packet = reader.next()) yield packet.payload;
}
