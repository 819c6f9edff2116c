/**
 * A ring of records between two threads of ours, as the kernel's ring is between it and us: what the proxy journals is put
 * here, and the drain thread takes it at its next look. Nobody waits for anybody: what finds no room is refused.
 *
 * One writer and one reader. A record never lies across the end; what is left there is filled by a discarded one.
 */
import { ptr } from "bun:ffi";
import { RecordHead } from "../../ffi/structs.ts";
import { RING_DISCARDED, RING_HEAD, ringLength } from "./ring-format.ts";
import { writeAll } from "./write-all.ts";

/** Before the data: the writer's position, the reader's. */
const POSITIONS = 16;
const WRITER = 0;
const READER = 1;

/** A ring for so many bytes of records, a power of 2; memory is taken as it fills. */
export const sharedRing = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(POSITIONS + bytes);

abstract class End {
  protected readonly positions: BigInt64Array;
  protected readonly data: Uint8Array<SharedArrayBuffer>;
  protected readonly words: Uint32Array<SharedArrayBuffer>;

  constructor(ring: SharedArrayBuffer) {
    this.positions = new BigInt64Array(ring, 0, 2);
    this.data = new Uint8Array(ring, POSITIONS);
    this.words = new Uint32Array(ring, POSITIONS);
  }

  /** How much is in the ring. */
  get waitingBytes(): number {
    return Number(Atomics.load(this.positions, WRITER) - Atomics.load(this.positions, READER));
  }
}

export class SharedRingWriter extends End {
  #position = 0;

  /** Puts a record of these two parts; false if there is no room for it. */
  put(head: Uint8Array, payload: Uint8Array): boolean {
    const length = head.length + payload.length;
    const needed = ringLength(length);
    const size = this.data.length;
    const toEnd = size - (this.#position % size);
    const skipped = toEnd < needed ? toEnd : 0;
    if (this.waitingBytes + skipped + needed > size) return false;
    if (skipped > 0) this.words[(this.#position % size) >>> 2] = (RING_DISCARDED | (skipped - RING_HEAD)) >>> 0;
    const at = (this.#position + skipped) % size;
    this.words[at >>> 2] = length;
    this.words[(at >>> 2) + 1] = 0;
    // The padding.
    this.data.fill(0, at + needed - RING_HEAD, at + needed);
    this.data.set(head, at + RING_HEAD);
    this.data.set(payload, at + RING_HEAD + head.length);
    this.#position += skipped + needed;
    Atomics.store(this.positions, WRITER, BigInt(this.#position));
    return true;
  }
}

export class SharedRingReader extends End {
  #position = Number(Atomics.load(this.positions, READER));

  /** The reader's, to be compared with an `end`. */
  get position(): number {
    return this.#position;
  }

  /** When the next record was made, in the kernel's nanoseconds; `Infinity` if there is none. */
  get nextAt(): number {
    if (!this.#toRecord()) return Infinity;
    return stampAt(this.words, (this.#position % this.data.length) >>> 2);
  }

  /** Where the records end that are here by this moment, for `writeTo`. */
  get end(): number {
    return Number(Atomics.load(this.positions, WRITER));
  }

  /**
   * Writes the records that were made up to then and lie before that end to a file, `most` bytes or a record more; 0, or the
   * errno that stopped it.
   */
  writeTo(file: number, until: number, most: number, to = this.end): number {
    if (!this.#toRecord()) return 0;
    const size = this.data.length;
    const start = this.#position % size;
    const end = Math.min(size, start + to - this.#position);
    let at = start;
    while (at < end && at - start < most) {
      const head = this.words[at >>> 2] ?? 0;
      if ((head & RING_DISCARDED) !== 0 || stampAt(this.words, at >>> 2) > until) break;
      at += ringLength(head);
    }
    const failure = writeAll(file, ptr(this.data) + start, at - start);
    if (failure === 0) this.#advance(at - start);
    return failure;
  }

  /** Passes over what fills the end; whether a record follows. */
  #toRecord(): boolean {
    const writer = this.end;
    if (this.#position === writer) return false;
    const head = this.words[(this.#position % this.data.length) >>> 2] ?? 0;
    if ((head & RING_DISCARDED) !== 0) this.#advance(ringLength(head));
    return this.#position !== writer;
  }

  #advance(length: number): void {
    this.#position += length;
    Atomics.store(this.positions, READER, BigInt(this.#position));
  }
}

/** The time of the record whose ring head is at that word, in nanoseconds; what is lost of them tells no two records apart. */
export function stampAt(words: Uint32Array | Int32Array, head: number): number {
  const word = head + (RING_HEAD + RecordHead.at) / 4;
  return ((words[word] ?? 0) >>> 0) + ((words[word + 1] ?? 0) >>> 0) * 2 ** 32;
}
