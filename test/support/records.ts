/**
 * Journal records as the kernel's tap writes them, made field by field with offsets of our own, so that the readers are not
 * their own judge. The layout is `bpf/types/record_head.h` behind 8 bytes of ring head.
 */
import type { RecordBatch } from "../../src/capture/journal.ts";

export interface Segment {
  /** `address:port`, IPv4. */
  readonly from: string;
  readonly to: string;
  readonly seq?: number;
  readonly ack?: number | null;
  readonly flags?: string;
  readonly text?: string;
  /** Bytes that the ring had no room for. */
  readonly lost?: number;
  readonly hook?: "sent" | "received";
  readonly protocol?: "tcp" | "udp";
  /** Milliseconds of the monotonic clock. */
  readonly at?: number;
}

const flagBits: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, A: 16 };

/** One record with its ring head, padded to 8. */
export function record(segment: Segment): Uint8Array<ArrayBuffer> {
  const {
    from,
    to,
    seq = 0,
    ack = null,
    flags = "",
    text = "",
    lost = 0,
    hook = "received",
    protocol = "tcp",
    at = 0,
  } = segment;
  const payload = new TextEncoder().encode(text);
  const bytes = new Uint8Array((8 + 64 + payload.length + 7) & ~7);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 64 + payload.length, true);
  const head = 8;
  view.setBigUint64(head + 8, BigInt(Math.round(at * 1e6)), true);
  view.setUint32(head, seq, true);
  view.setUint32(head + 4, ack ?? 0, true);
  view.setUint32(head + 16, payload.length + lost, true);
  view.setUint32(head + 20, payload.length, true);
  for (const [end, offset] of [
    [from, 24],
    [to, 40],
  ] as const) {
    bytes.set([0xff, 0xff, ...(end.split(":")[0] ?? "").split(".").map(Number)], head + offset + 10);
  }
  view.setUint16(head + 56, Number(from.split(":")[1]), true);
  view.setUint16(head + 58, Number(to.split(":")[1]), true);
  const letters = ack === null ? flags : `${flags}A`;
  view.setUint8(head + 60, hook === "sent" ? 1 : 0);
  view.setUint8(
    head + 61,
    [...letters].reduce((bits, letter) => bits | (flagBits[letter] ?? 0), 0),
  );
  view.setUint8(head + 62, 2);
  view.setUint8(head + 63, protocol === "tcp" ? 6 : 17);
  bytes.set(payload, head + 64);
  return bytes;
}

/** `bpf/types/act.h`. */
export interface ActRecord {
  readonly from: string;
  readonly to: string;
  readonly does: "send" | "receive";
  readonly seq?: number;
  readonly length?: number;
  readonly first?: number;
  readonly kind?: "thread" | "goroutine" | "request";
  readonly process?: number;
  /** Number and birth of the actor, of its parent, and so on. */
  readonly lineage?: readonly (readonly [number: number, bornNs: number])[];
  readonly isPolled?: boolean;
  readonly at?: number;
}

/** An act with its ring head. */
export function actRecord(act: ActRecord): Uint8Array<ArrayBuffer> {
  const {
    from,
    to,
    does,
    seq = 0,
    at = 0,
    length = 0,
    first = 0,
    kind = "thread",
    process = 1,
    lineage = [[1, 0]],
  } = act;
  const bytes = new Uint8Array(8 + 72 + 16 * lineage.length);
  bytes.set(record({ from, to, seq, ack: first, at, hook: does === "send" ? "sent" : "received" }));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length - 8, true);
  view.setUint32(8 + 16, length, true);
  view.setUint32(8 + 20, bytes.length - 72, true);
  view.setUint8(8 + 63, 254);
  for (const [i, [number, bornNs]] of lineage.entries()) {
    view.setBigUint64(8 + 72 + 16 * i, BigInt(number), true);
    view.setBigUint64(8 + 80 + 16 * i, BigInt(bornNs), true);
  }
  view.setUint32(8 + 64, process, true);
  view.setUint8(8 + 68, ["thread", "goroutine", "request"].indexOf(kind));
  view.setUint8(8 + 69, act.isPolled === true ? 1 : 0);
  return bytes;
}

/** A batch of segments and acts. */
export function mixedBatch(records: readonly (Segment | ActRecord)[]): RecordBatch {
  const each = records.map((one) => ("does" in one ? actRecord(one) : record(one)));
  let at = 0;
  const starts = each.map((bytes) => (at += bytes.length) - bytes.length + 8);
  return { bytes: new Uint8Array(Buffer.concat(each)), starts: Uint32Array.from(starts), count: each.length };
}

/** Records one after the other, as a ring holds them. */
export const ringBytes = (segments: readonly Segment[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.concat(segments.map(record)));

/** A batch of them. */
export function batchOf(segments: readonly Segment[]): RecordBatch {
  const starts: number[] = [];
  let at = 0;
  for (const segment of segments) {
    starts.push(at + 8);
    at += record(segment).length;
  }
  return { bytes: ringBytes(segments), starts: Uint32Array.from(starts), count: starts.length };
}
