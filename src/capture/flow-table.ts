/**
 * From both ends of a packet to its flow. A flow is found under both directions, by the 36 bytes that the record's head has
 * for them, compared as words: no text is made per record.
 */
import { RecordHead } from "../../ffi/structs.ts";
import type { Side } from "../core/protocol.ts";

/** 9 words: two addresses, and both ports in one. */
const WORDS = (RecordHead.direction - RecordHead.from) / 4;
const FIRST = RecordHead.from / 4;
const ADDRESS_WORDS = 4;

/** A flow, and which of its ends sent the packet. */
export interface Sighting<Flow> {
  readonly flow: Flow;
  readonly from: Side;
}

interface Entry<Flow> extends Sighting<Flow> {
  readonly words: Uint32Array;
  readonly transport: number;
  next: Entry<Flow> | null;
}

function hash(words: Uint32Array, start: number, transport: number): number {
  let value = transport;
  for (let i = start; i < start + WORDS; i++) {
    value = Math.imul(value ^ (words[i] ?? 0), 0x9e3779b1);
    value ^= value >>> 15;
  }
  return value;
}

function isSame(words: Uint32Array, start: number, entry: Entry<unknown>): boolean {
  for (let i = 0; i < WORDS; i++) if (words[start + i] !== entry.words[i]) return false;
  return true;
}

/** The same two ends, seen from the other side. */
function reversed(words: Uint32Array): Uint32Array {
  const ports = words[2 * ADDRESS_WORDS] ?? 0;
  return Uint32Array.of(
    ...words.subarray(ADDRESS_WORDS, 2 * ADDRESS_WORDS),
    ...words.subarray(0, ADDRESS_WORDS),
    ((ports >>> 16) | (ports << 16)) >>> 0,
  );
}

export class FlowTable<Flow> {
  readonly #chains = new Map<number, Entry<Flow>>();

  /** The flow of the record whose head begins at that word. */
  find(words: Uint32Array, head: number, transport: number): Sighting<Flow> | null {
    const start = head + FIRST;
    let entry = this.#chains.get(hash(words, start, transport)) ?? null;
    while (entry !== null && !(entry.transport === transport && isSame(words, start, entry))) entry = entry.next;
    return entry;
  }

  /** Enters a flow under both directions of a record that `from` sent; what forgets it again is returned. */
  add(words: Uint32Array, head: number, transport: number, sighting: Sighting<Flow>): () => void {
    const ends = words.slice(head + FIRST, head + FIRST + WORDS);
    const { flow, from } = sighting;
    const forget = this.#enter(ends, transport, flow, from);
    const forgetOther = this.#enter(reversed(ends), transport, flow, from === "client" ? "server" : "client");
    return () => {
      forget();
      forgetOther();
    };
  }

  #enter(words: Uint32Array, transport: number, flow: Flow, from: Side): () => void {
    const key = hash(words, 0, transport);
    const entry = { flow, from, words, transport, next: this.#chains.get(key) ?? null };
    this.#chains.set(key, entry);
    return () => this.#remove(key, entry);
  }

  #remove(key: number, gone: Entry<Flow>): void {
    let entry = this.#chains.get(key) ?? null;
    if (entry === gone) {
      if (gone.next === null) this.#chains.delete(key);
      else this.#chains.set(key, gone.next);
      return;
    }
    while (entry !== null && entry.next !== gone) entry = entry.next;
    if (entry !== null) entry.next = gone.next;
  }
}
