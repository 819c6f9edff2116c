/**
 * From the tap's records, and the proxy's, to what passed on each connection, in order. Pure: no I/O, no clock; batches in, events out.
 *
 * Flows are told apart by their two ends, not by the socket's cookie: the packets of an incoming handshake carry the
 * listener's. Who sent the SYN is the client. The server's first sequence number comes from its SYN, or from the first
 * acknowledgement of the client, since a SYN-ACK may pass by the tap. The ring keeps the order in which packets were seen,
 * so what a side acknowledges was seen before: what then is missing is lost, and becomes a gap.
 */
import { Direction, RecordHead } from "../../ffi/structs.ts";
import type { Onward } from "../core/departures.ts";
import type { Side } from "../core/protocol.ts";
import { ACT, readAct } from "./act.ts";
import { ADDRESS_BYTES, addressBytes, addressText } from "./address.ts";
import { Connection } from "./connection.ts";
import type { FlowEnd, FlowEvent } from "./flow-events.ts";
import { EarlyActs } from "./early-acts.ts";
import { FlowTable, type Sighting } from "./flow-table.ts";
import type { RecordBatch } from "./journal.ts";
import { NOTE_FLAG, readNote, RELAYED } from "./relayed-format.ts";

export type { Flow, FlowEvent } from "./flow-events.ts";

const Flag = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;
const TCP = 6;
const DNS_PORT = 53;
/** Bytes that wait behind a hole, per direction, before the hole is given up. */
const BUDGET_BYTES = 8 << 20;
/** Ended connections are remembered for a while, so that a late retransmit is not taken for another connection. */
const REMEMBERED = 4096;

/** The app's ends of what the proxy relays have a table of their own: no packet has this number. */
const RELAYED_END = 255;

/** A head in which only the app's end is left; `other` is where the other address lies. */
function appsEnd(words: Uint32Array, word: number, other: number): Uint32Array {
  const head = words.slice(word, word + RecordHead.size / 4);
  const bytes = new Uint8Array(head.buffer);
  const port = other === RecordHead.to ? RecordHead.toPort : RecordHead.fromPort;
  bytes.fill(0, other, other + ADDRESS_BYTES).fill(0, port, port + 2);
  return head;
}

const endKey = (end: Uint32Array): string => end.subarray(RecordHead.from / 4, RecordHead.direction / 4).join(" ");

/** A connection's, of whichever the tap or the proxy told; the others are datagrams. */
const isStream = (transport: number): boolean => transport === TCP || transport === RELAYED;

/** A record's head in a batch, read field by field. */
interface Packet {
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
  /** Index of the head's first word. */
  readonly word: number;
  readonly start: number;
  readonly flags: number;
  readonly hook: number;
  readonly transport: number;
  readonly at: number;
}

export interface ReassemblyOptions {
  /** `JournalMeta.clockOffsetMs`. */
  readonly clockOffsetMs: number;
  /** Bytes held behind a hole, per direction. */
  readonly budgetBytes?: number;
}

export class Reassembly {
  readonly #offsetMs: number;
  readonly #budgetBytes: number;
  readonly #flows = new FlowTable<Connection>();
  readonly #live = new Set<Connection>();
  readonly #early = new EarlyActs();
  /** Closed connections and datagram flows, oldest first. */
  readonly #resting: Connection[] = [];
  #events: FlowEvent[] = [];
  #count = 0;
  #lastAt = 0;
  readonly #tell = (event: FlowEvent): void => void this.#events.push(event);

  constructor({ clockOffsetMs, budgetBytes = BUDGET_BYTES }: ReassemblyOptions) {
    this.#offsetMs = clockOffsetMs;
    this.#budgetBytes = budgetBytes;
  }

  /** The events that follow from a batch. The batch may be used again afterwards. */
  take({ bytes, starts, count }: RecordBatch): FlowEvent[] {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2);
    for (let i = 0; i < count; i++) {
      const start = starts[i] ?? 0;
      const word = start >>> 2;
      const ns = (words[word + RecordHead.at / 4] ?? 0) + (words[word + RecordHead.at / 4 + 1] ?? 0) * 2 ** 32;
      this.#lastAt = ns / 1e6 + this.#offsetMs;
      const packet: Packet = {
        words,
        bytes,
        word,
        start,
        flags: bytes[start + RecordHead.flags] ?? 0,
        hook: bytes[start + RecordHead.direction] ?? 0,
        transport: bytes[start + RecordHead.protocol] ?? 0,
        at: this.#lastAt,
      };
      if (packet.transport === ACT) this.#act(packet);
      else if (isStream(packet.transport)) this.#segment(packet);
      else this.#datagram(packet);
    }
    return this.#taken();
  }

  /** The events that follow from the capture's end: what waits behind a hole, and a `cut` for what is still open. */
  finish(): FlowEvent[] {
    for (const connection of this.#live) connection.close("cut", this.#lastAt);
    this.#live.clear();
    return this.#taken();
  }

  #taken(): FlowEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #segment(packet: Packet): void {
    const seen = this.#flowOf(packet);
    if (seen === null) return;
    const { flow: connection, from } = seen;
    connection.sight(from, packet.hook, packet.at);
    const { words, word, flags, at } = packet;
    if (packet.transport === RELAYED && (flags & NOTE_FLAG) !== 0) return this.#note(packet, connection);
    if (packet.transport === TCP) connection.goOn(at);
    const seq = words[word + RecordHead.seq / 4] ?? 0;
    const mine = connection[from];
    const theirs = connection[from === "client" ? "server" : "client"];
    const ack = (flags & Flag.ack) === 0 ? null : (words[word + RecordHead.ack / 4] ?? 0);
    if ((flags & Flag.syn) !== 0) {
      mine.place(seq + 1);
      if (ack !== null) theirs.place(ack);
      return;
    }
    if (connection.flow.internal) {
      if (connection.passInternal(from, flags & (Flag.fin | Flag.rst), at)) this.#rest(connection);
      return;
    }
    if (connection.isClosed) return;
    if (ack !== null) {
      if (theirs.isPlaced) theirs.settleBefore(ack, at);
      else if ((flags & Flag.rst) === 0) theirs.place(ack);
    }
    const length = words[word + RecordHead.length / 4] ?? 0;
    const kept = words[word + RecordHead.kept / 4] ?? 0;
    const start = packet.start + RecordHead.size;
    if (kept > 0) mine.put(seq, packet.bytes.subarray(start, start + kept), at);
    else if (length > 0) mine.settleBefore(seq + length, at);
    if ((flags & Flag.fin) !== 0) mine.finish(seq + length, at);
    if ((flags & Flag.rst) !== 0) connection.close("reset", at);
    if (connection.isClosed) this.#rest(connection);
  }

  /** The app may send before the proxy has taken the connection. */
  #act({ words, bytes, word, start, at }: Packet): void {
    const act = readAct(bytes, words, start);
    if (act === null) return;
    const tapped = this.#flows.find(words, word, TCP);
    if (tapped !== null) return tapped.flow.act(act, at, true);
    const end = appsEnd(words, word, RecordHead.to);
    const relayed = this.#flows.find(end, 0, RELAYED_END);
    if (relayed === null) this.#early.add(endKey(end), { act, at });
    else relayed.flow.act(act, at, false);
  }

  #note({ words, word, bytes, start, at }: Packet, connection: Connection): void {
    const kept = words[word + RecordHead.kept / 4] ?? 0;
    const first = start + RecordHead.size;
    const note = readNote(bytes.subarray(first, first + kept));
    if ("isTls" in note && note.isTls) connection.isSealed = true;
    if ("onward" in note) return this.#goesOn(words, word, connection, note.onward);
    connection.tell({ type: "note", flow: connection.flow, note, at });
  }

  /** What the tap sees between that end and the server belongs to a connection that the proxy began. */
  #goesOn(words: Uint32Array, word: number, connection: Connection, onward: Onward | null): void {
    connection.onward = onward;
    connection.staysHere();
    if (onward === null) return;
    const head = words.slice(word, word + RecordHead.size / 4);
    new Uint8Array(head.buffer).set(addressBytes(onward.address) ?? [], RecordHead.from);
    new DataView(head.buffer).setUint16(RecordHead.fromPort, onward.port, true);
    connection.staysHere = this.#flows.add(head, 0, TCP, { flow: connection, from: "client" });
  }

  /** The connection of a segment; a SYN with another number than the last begins another connection. */
  #flowOf(packet: Packet): Sighting<Connection> | null {
    const { words, word, flags, at } = packet;
    const seen = this.#flows.find(words, word, packet.transport);
    const isFirstSyn = (flags & (Flag.syn | Flag.ack)) === Flag.syn;
    if (isFirstSyn) {
      const seq = words[word + RecordHead.seq / 4] ?? 0;
      if (seen !== null && seen.from === "client" && seen.flow.clientStart === seq) return seen;
      if (seen !== null) this.#replace(seen.flow, at);
      return this.#begin(packet, "client", seq);
    }
    if (seen !== null) return seen;
    if ((flags & Flag.syn) !== 0) return this.#begin(packet, "server");
    // What ends nothing that was seen says nothing, and a note alone no more.
    if ((flags & NOTE_FLAG) !== 0 && packet.transport === RELAYED) return null;
    const length = words[word + RecordHead.length / 4] ?? 0;
    if (length === 0 || (flags & Flag.rst) !== 0) return null;
    return this.#beginLate(packet);
  }

  /** The handshake was not captured. Ephemeral ports are the high ones; how much went by before is not known. */
  #beginLate(packet: Packet): Sighting<Connection> {
    const head = new DataView(packet.bytes.buffer, packet.bytes.byteOffset + packet.start, RecordHead.size);
    const isClient = head.getUint16(RecordHead.fromPort, true) > head.getUint16(RecordHead.toPort, true);
    const begun = this.#begin(packet, isClient ? "client" : "server");
    const { flow } = begun.flow;
    begun.flow.tell({ type: "gap", flow, from: "client", length: 0, at: packet.at });
    begun.flow.tell({ type: "gap", flow, from: "server", length: 0, at: packet.at });
    return begun;
  }

  #begin(packet: Packet, from: Side, clientStart: number | null = null): Sighting<Connection> {
    const { bytes, start, words, word, transport, hook, at } = packet;
    const head = bytes.subarray(start, start + RecordHead.size);
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const sender: FlowEnd = {
      address: addressText(head, RecordHead.from),
      port: view.getUint16(RecordHead.fromPort, true),
    };
    const receiver: FlowEnd = {
      address: addressText(head, RecordHead.to),
      port: view.getUint16(RecordHead.toPort, true),
    };
    const isSent = hook === Direction.sent;
    const connection = new Connection(
      {
        id: String(++this.#count),
        direction: isSent === (from === "client") ? "outgoing" : "incoming",
        client: from === "client" ? sender : receiver,
        server: from === "client" ? receiver : sender,
        transport: isStream(transport) ? "tcp" : "udp",
        at,
        budgetBytes: this.#budgetBytes,
      },
      this.#tell,
    );
    connection.clientStart = clientStart;
    const forget = this.#flows.add(words, word, transport, { flow: connection, from });
    // The socket of what is relayed is connected to the proxy.
    const isRelayed = transport === RELAYED && connection.flow.direction === "outgoing";
    const other = from === "client" ? RecordHead.to : RecordHead.from;
    const end = appsEnd(words, word, other);
    const forgetEnd = isRelayed ? this.#flows.add(end, 0, RELAYED_END, { flow: connection, from }) : () => {};
    if (isRelayed) for (const early of this.#early.take(endKey(end))) connection.act(early.act, early.at, false);
    connection.forget = () => {
      forget();
      forgetEnd();
      connection.staysHere();
    };
    if (isStream(transport)) this.#live.add(connection);
    return { flow: connection, from };
  }

  #replace(connection: Connection, at: number): void {
    connection.close("cut", at);
    this.#live.delete(connection);
    connection.forget();
  }

  #rest(connection: Connection): void {
    this.#live.delete(connection);
    this.#resting.push(connection);
    if (this.#resting.length > REMEMBERED) this.#resting.shift()?.forget();
  }

  #datagram(packet: Packet): void {
    const { words, word, bytes, start, transport, at } = packet;
    const length = words[word + RecordHead.length / 4] ?? 0;
    const kept = words[word + RecordHead.kept / 4] ?? 0;
    if (kept === 0 || kept < length) return;
    let seen = this.#flows.find(words, word, transport);
    if (seen === null) {
      const toPort = new DataView(bytes.buffer, bytes.byteOffset + start).getUint16(RecordHead.toPort, true);
      seen = this.#begin(packet, toPort === DNS_PORT ? "client" : "server");
      this.#rest(seen.flow);
    }
    const { flow: connection, from } = seen;
    connection.sight(from, packet.hook, at);
    const first = start + RecordHead.size;
    connection.tell({ type: "datagram", flow: connection.flow, from, bytes: bytes.slice(first, first + kept), at });
  }
}
