/**
 * An act in the journal: who of the app sends on a connection, or has received on it. The kernel puts it among the tap's
 * records (bpf/types/act.h), under a protocol number of its own, so that it is never taken for a packet.
 */
import { Act as Format, Direction, RecordHead } from "../../ffi/structs.ts";

/** `RecordHead.protocol`: PROTOCOL_ACT. */
export const ACT = 254;

/** Who acts, by numbers that tell the actors of one recording apart. */
export interface Actor {
  readonly process: number;
  readonly thread: number;
  /** The goroutine; 0 where the process has none, or it cannot be told. */
  readonly task: number;
  /** The goroutine that started it; 0 where that is not known. */
  readonly parent: number;
  /** The socket is waited for together with others: the thread may be about anything. */
  readonly isPolled: boolean;
}

/** An act without its connection. */
export interface Act {
  readonly does: "send" | "receive";
  readonly actor: Actor;
  /** The number of the next byte: to be sent, or after the last one received. */
  readonly seq: number;
  /** Of what is sent, how many bytes that may be. */
  readonly length: number;
}

const WORD = 2 ** 32;

/** Reads the record whose head begins at `start`; one of another length is none. */
export function readAct(bytes: Uint8Array, words: Uint32Array, start: number): Act | null {
  const word = (offset: number): number => words[(start + offset) >>> 2] ?? 0;
  if (word(RecordHead.kept) !== Format.size - RecordHead.size) return null;
  return {
    does: bytes[start + RecordHead.direction] === Direction.sent ? "send" : "receive",
    seq: word(RecordHead.seq),
    length: word(RecordHead.length),
    actor: {
      process: word(Format.process),
      thread: word(Format.thread),
      task: word(Format.task) + WORD * word(Format.task + 4),
      parent: word(Format.parent) + WORD * word(Format.parent + 4),
      isPolled: bytes[start + Format.isPolled] === 1,
    },
  };
}
