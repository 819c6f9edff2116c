/**
 * An act in the journal: who of the app sends on a connection, or has received on it. The kernel puts it among the tap's
 * records (bpf/types/act.h), under a protocol number of its own, so that it is never taken for a packet.
 */
import { Act as Format, ActorKind, Direction, RecordHead, Strand as Layout } from "../../ffi/structs.ts";

/** `RecordHead.protocol`: PROTOCOL_ACT. */
export const ACT = 254;

/** A thread, a goroutine, or what an event loop does for one request. */
export interface Strand {
  /** Of a thread, as the machine counts; else as its process does. */
  readonly number: number;
  /** The kernel's nanoseconds; 0 where its beginning was not seen. */
  readonly bornNs: number;
}

/** Who acts. */
export interface Actor {
  readonly kind: keyof typeof ActorKind;
  readonly process: number;
  /** Itself, who started it, and so on, as far as that is known; empty where not even itself is. */
  readonly lineage: readonly Strand[];
  /** The socket is waited for together with others: a thread may be about anything. */
  readonly isPolled: boolean;
  /** A request whose driver is known: nobody else has asked for what is sent. */
  readonly isSure: boolean;
}

/** An act without its connection. */
export interface Act {
  readonly does: "send" | "receive";
  readonly actor: Actor;
  /** The number of the next byte: to be sent, or after the last one received. */
  readonly seq: number;
  /** Of what is sent, how many bytes that may be. */
  readonly length: number;
  /** Of what is sent by whoever opened the connection, the number of its first byte ever. */
  readonly first: number;
}

const KINDS = Object.keys(ActorKind) as readonly Actor["kind"][];
const WORD = 2 ** 32;
/** Of a request's number, the bit that says so. */
const SURE = 2 ** 52;
/** No more of a lineage is told. */
const GENERATIONS = (Format.size - Format.lineage) / Layout.size;

/** Reads the record whose head begins at `start`; one that holds no act, or more than one, is none. */
export function readAct(bytes: Uint8Array, words: Uint32Array, start: number): Act | null {
  const word = (offset: number): number => words[(start + offset) >>> 2] ?? 0;
  const long = (offset: number): number => word(offset) + WORD * word(offset + 4);
  const told = (RecordHead.size + word(RecordHead.kept) - Format.lineage) / Layout.size;
  if (!Number.isInteger(told) || told < 0 || told > GENERATIONS) return null;
  const lineage: Strand[] = [];
  const kind = KINDS[bytes[start + Format.kind] ?? 0] ?? "thread";
  const isSure = kind === "request" && long(Format.lineage + Layout.number) >= SURE;
  for (let i = 0; i < told; i++) {
    const at = Format.lineage + i * Layout.size;
    const number = long(at + Layout.number);
    if (number === 0) break;
    lineage.push({ number: isSure ? number - SURE : number, bornNs: long(at + Layout.born) });
  }
  return {
    does: bytes[start + RecordHead.direction] === Direction.sent ? "send" : "receive",
    seq: word(RecordHead.seq),
    length: word(RecordHead.length),
    first: word(RecordHead.ack),
    actor: {
      kind,
      process: word(Format.process),
      lineage,
      isPolled: bytes[start + Format.isPolled] === 1,
      isSure,
    },
  };
}
