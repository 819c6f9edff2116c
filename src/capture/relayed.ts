/**
 * What the proxy relays, on its way to the journal: each connection's bytes become records, which the drain thread writes in
 * order with the tap's. It never waits and never throws: what finds no room (where backpressure.ts could not help) is a gap,
 * and counted. The readers are reassembly.ts and relayed-format.ts.
 */
import { Direction, RecordHead } from "../../ffi/structs.ts";
import type { Onward } from "../core/departures.ts";
import type { Side } from "../core/protocol.ts";
import { addressBytes } from "./address.ts";
import { type FlowNote, NOTE_FLAG, type OnwardNote, RELAYED } from "./relayed-format.ts";

const Flag = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;
/** No record is longer than the tap's pieces. */
const PIECE_BYTES = 16 << 10;
/** Spreads the made-up first numbers, so that a connection between the same two ends as the last begins with another. */
const SPREAD = 0x9e3779b1;
const none = new Uint8Array(0);

/** A connection that the proxy has taken. */
export interface RelayedConnection {
  /** `outgoing`: the app is the client. */
  readonly direction: "incoming" | "outgoing";
  readonly client: { readonly address: string; readonly port: number };
  readonly server: { readonly address: string; readonly port: number };
  /** Milliseconds since the epoch, as all times here. */
  readonly at: number;
}

/** Where records go: false if there was no room. */
export type PutRecord = (head: Uint8Array, payload: Uint8Array) => boolean;

/** What a flow needs of the tap. */
export interface RelayedPlace {
  readonly put: PutRecord;
  readonly toMonotonic: (at: number) => bigint;
  /** Called with `close`. */
  readonly closed: () => void;
}

/** One connection, told of as it goes on; after `close` it says nothing. */
export class RelayedFlow {
  readonly #put: PutRecord;
  readonly #toMonotonic: (at: number) => bigint;
  readonly #closed: () => void;
  readonly #heads: Readonly<Record<Side, Uint8Array>>;
  readonly #next: Record<Side, number>;
  /** Bytes of that side that found no room and have not been told of as lost. */
  readonly #lost = { client: 0, server: 0 };
  readonly #ended = new Set<Side>();
  #isClosed = false;

  constructor({ direction, client, server, at }: RelayedConnection, number: number, place: RelayedPlace) {
    this.#put = place.put;
    this.#toMonotonic = place.toMonotonic;
    this.#closed = place.closed;
    const first = Math.imul(number, SPREAD) >>> 0;
    const isOutgoing = direction === "outgoing";
    this.#heads = { client: headOf(client, server, isOutgoing), server: headOf(server, client, !isOutgoing) };
    this.#next = { client: first, server: first };
    this.#record("client", Flag.syn, at, 1);
    new DataView(this.#heads.server.buffer).setUint32(RecordHead.ack, this.#next.client, true);
    this.#record("server", Flag.syn | Flag.ack, at, 1);
  }

  /** What is said of the connection from here on; of the bytes before as well, where none were an exchange. */
  note(note: FlowNote, at: number): void {
    this.#note(note, at);
  }

  /** From then on the tap tells what passes, between that end and the server; null: it does not after all. */
  goesOn(onward: Onward | null, at: number): void {
    if (onward !== null) for (const side of ["client", "server"] as const) this.#tellLost(side, at);
    this.#note({ onward }, at);
  }

  /** The tap tells the rest. */
  left(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closed();
  }

  /** Bytes that passed; the caller may write to them again. */
  data(from: Side, bytes: Uint8Array, at: number): void {
    if (this.#isClosed || this.#ended.has(from)) return;
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
      this.#piece(from, bytes.subarray(start, start + PIECE_BYTES), at);
    }
  }

  /** That side's FIN. */
  end(from: Side, at: number): void {
    if (this.#isClosed || this.#ended.has(from)) return;
    this.#tellLost(from, at);
    this.#ended.add(from);
    // What is lost still has its numbers, so that the end is not taken for that of the whole.
    this.#next[from] = (this.#next[from] + this.#lost[from]) >>> 0;
    this.#record(from, Flag.fin, at, 1);
    this.#isClosed = this.#ended.size === 2;
  }

  /** Nothing more passes; without both FINs it was cut off. */
  close(_isReset: boolean, at: number): void {
    this.#closed();
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#record("client", Flag.rst, at, 0);
  }

  #note(note: FlowNote | OnwardNote, at: number): void {
    if (!this.#isClosed) this.#send("client", NOTE_FLAG, at, new TextEncoder().encode(JSON.stringify(note)));
  }

  #piece(from: Side, bytes: Uint8Array, at: number): void {
    this.#tellLost(from, at);
    if (this.#lost[from] > 0 || !this.#send(from, 0, at, bytes)) this.#lost[from] += bytes.length;
    else this.#next[from] = (this.#next[from] + bytes.length) >>> 0;
  }

  #tellLost(from: Side, at: number): void {
    const lost = this.#lost[from];
    if (lost === 0 || !this.#send(from, 0, at, none, lost)) return;
    this.#lost[from] = 0;
    this.#next[from] = (this.#next[from] + lost) >>> 0;
  }

  /** A record without bytes, which takes as many numbers. */
  #record(from: Side, flags: number, at: number, numbers: number): void {
    this.#send(from, flags, at, none);
    this.#next[from] = (this.#next[from] + numbers) >>> 0;
  }

  #send(from: Side, flags: number, at: number, payload: Uint8Array, length = payload.length): boolean {
    const head = this.#heads[from];
    const view = new DataView(head.buffer);
    view.setBigUint64(RecordHead.at, this.#toMonotonic(at), true);
    view.setUint32(RecordHead.seq, this.#next[from], true);
    view.setUint32(RecordHead.length, length, true);
    view.setUint32(RecordHead.kept, payload.length, true);
    head[RecordHead.flags] = flags;
    return this.#put(head, payload);
  }
}

function headOf(from: RelayedConnection["client"], to: RelayedConnection["client"], isSent: boolean): Uint8Array {
  const head = new Uint8Array(RecordHead.size);
  const view = new DataView(head.buffer);
  head.set(addressBytes(from.address) ?? none, RecordHead.from);
  head.set(addressBytes(to.address) ?? none, RecordHead.to);
  view.setUint16(RecordHead.fromPort, from.port, true);
  view.setUint16(RecordHead.toPort, to.port, true);
  head[RecordHead.direction] = isSent ? Direction.sent : Direction.received;
  head[RecordHead.protocol] = RELAYED;
  return head;
}
