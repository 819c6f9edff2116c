/**
 * One direction of a TCP connection, put in order by sequence number. Retransmits and overlaps are cut, what comes too
 * early is held, and a hole is skipped (a gap) when its bytes are known not to come or when too much waits behind it.
 *
 * Pure: it keeps copies of what it holds. What it delivers, it delivers as given. Sequence numbers are compared modulo 2^32.
 */

/** Where ordered bytes go. */
export interface SequenceSink {
  /** Bytes may be a view of what was given to `put`. */
  readonly bytes: (bytes: Uint8Array, at: number) => void;
  /** That many bytes were never seen. */
  readonly gap: (length: number, at: number) => void;
  /** The FIN, after the last byte. */
  readonly end: (at: number) => void;
}

interface Held {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** How far `a` is ahead of `b`; negative if it is behind. */
const ahead = (a: number, b: number): number => (a - b) | 0;

export class Sequence {
  readonly #sink: SequenceSink;
  readonly #budgetBytes: number;
  /** Sorted by sequence number; all ahead of `#next`. */
  #held: Held[] = [];
  #heldBytes = 0;
  /** The number of the byte to be delivered next; `null` till anything tells where the stream begins. */
  #next: number | null = null;
  /** Bytes before this one that have not come will not come. */
  #settled: number | null = null;
  #fin: { readonly seq: number; readonly at: number } | null = null;
  #hasEnded = false;

  constructor(budgetBytes: number, sink: SequenceSink) {
    this.#budgetBytes = budgetBytes;
    this.#sink = sink;
  }

  /** Whether the FIN has been delivered. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether the first byte's number is known. */
  get isPlaced(): boolean {
    return this.#next !== null;
  }

  /** The number of the byte after the last one delivered. */
  get next(): number {
    return this.#next ?? 0;
  }

  /** The first byte's number, if it is not known already. */
  place(seq: number): void {
    this.#next ??= seq >>> 0;
  }

  /** What comes next has that number, whatever came before: the numbers are another's from here on. */
  goOnAt(seq: number, at: number): void {
    this.flush(at);
    this.#next = seq >>> 0;
  }

  /** Bytes as they were seen, in whatever order. */
  put(seq: number, bytes: Uint8Array, at: number): void {
    this.place(seq);
    const early = ahead(seq, this.#next ?? 0);
    if (early > 0) this.#hold(seq, bytes, at);
    else this.#deliver(-early, bytes, at);
    if (this.#held.length > 0 || this.#settled !== null || this.#fin !== null) this.#settle(at);
  }

  /** The FIN's number: that of the byte after the last. */
  finish(seq: number, at: number): void {
    this.place(seq);
    this.#fin ??= { seq: seq >>> 0, at };
    this.#settle(at);
  }

  /** What is before that number and has not come, will not: the other end has it, or it is known to be lost. */
  settleBefore(seq: number, at: number): void {
    if (this.#next === null || this.#hasEnded || ahead(seq, this.#next) <= 0) return;
    const limit = this.#fin !== null && ahead(seq, this.#fin.seq) > 0 ? this.#fin.seq : seq >>> 0;
    if (this.#settled === null || ahead(limit, this.#settled) > 0) this.#settled = limit;
    this.#settle(at);
  }

  /** Nothing more comes: what is held is delivered, with gaps. */
  flush(at: number): void {
    const last = this.#held.at(-1);
    const limit = this.#fin?.seq ?? (last === undefined ? null : (last.seq + last.bytes.length) >>> 0);
    if (limit !== null) this.settleBefore(limit, at);
  }

  #deliver(skip: number, bytes: Uint8Array, at: number): void {
    if (skip >= bytes.length || this.#hasEnded) return;
    this.#next = ((this.#next ?? 0) + bytes.length - skip) >>> 0;
    this.#sink.bytes(skip === 0 ? bytes : bytes.subarray(skip), at);
  }

  #hold(seq: number, bytes: Uint8Array, at: number): void {
    let place = this.#held.length;
    while (place > 0 && ahead(this.#held[place - 1]?.seq ?? 0, seq) > 0) place--;
    const before = this.#held[place - 1];
    if (before !== undefined && ahead(before.seq + before.bytes.length, seq + bytes.length) >= 0) return;
    this.#held.splice(place, 0, { seq, bytes: bytes.slice(), at });
    this.#heldBytes += bytes.length;
  }

  /** Delivers what is due, skips what will not come, and ends when all before the FIN is out. */
  #settle(at: number): void {
    for (;;) {
      const next = this.#next ?? 0;
      const first = this.#held[0];
      const wait = first === undefined ? 0 : ahead(first.seq, next);
      if (first !== undefined && wait <= 0) {
        this.#held.shift();
        this.#heldBytes -= first.bytes.length;
        this.#deliver(-wait, first.bytes, first.at);
        continue;
      }
      const isFull = first !== undefined && this.#heldBytes > this.#budgetBytes;
      const gone = isFull ? wait : this.#settled === null ? 0 : ahead(this.#settled, next);
      if (gone <= 0) break;
      const length = first === undefined ? gone : Math.min(gone, wait);
      this.#next = (next + length) >>> 0;
      this.#sink.gap(length, at);
    }
    this.#settled = null;
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#hasEnded || this.#fin === null || ahead(this.#fin.seq, this.#next ?? 0) > 0) return;
    this.#hasEnded = true;
    this.#sink.end(this.#fin.at);
  }
}
