/**
 * A BPF ring buffer, read from its memory: no system call and no callback per record. One reader only. What is read stays
 * in the ring until `advance`; a record still being written hides all behind it.
 *
 * Each mapped page counts as ours, so only a window of the data is mapped and moves on with the reader. The kernel offers
 * the data twice in a row, so that a window may lie across the ring's end.
 */
import { type Pointer, toArrayBuffer } from "bun:ffi";
import { callError, errno, libc } from "../../ffi/libc.ts";
import { RING_BUSY, RING_DISCARDED, ringLength } from "./ring-format.ts";
import { stampAt } from "./shared-ring.ts";
import { writeAll } from "./write-all.ts";

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;

const fence = new Int32Array(new SharedArrayBuffer(4));

/** What is seen of a larger ring at once. */
const WINDOW_BYTES = 8 << 20;
/** Of it, this much is to lie before the reader: mapping costs by the page, and what is seen twice is mapped twice. */
const SIGHT_BYTES = 2 << 20;

interface Window {
  readonly pages: Pointer;
  readonly bytes: number;
  /** The position in the ring at which it begins. */
  readonly from: number;
  readonly words: Int32Array;
  readonly data: Uint8Array;
}

export class Ring {
  readonly #fd: number;
  readonly #size: number;
  readonly #page: number;
  readonly #readerPage: Pointer;
  readonly #writerPage: Pointer;
  readonly #reader: BigInt64Array;
  readonly #writer: BigInt64Array;
  #window: Window;
  #position: number;

  constructor(fd: number, size: number) {
    const pageSize = libc().getpagesize();
    this.#fd = fd;
    this.#size = size;
    this.#page = pageSize;
    this.#readerPage = map(fd, pageSize, PROT_READ | PROT_WRITE, 0);
    this.#writerPage = map(fd, pageSize, PROT_READ, pageSize);
    this.#reader = new BigInt64Array(toArrayBuffer(this.#readerPage, 0, 8));
    this.#writer = new BigInt64Array(toArrayBuffer(this.#writerPage, 0, 8));
    this.#position = Number(Atomics.load(this.#reader, 0));
    this.#window = this.#look();
  }

  /** How much is in the ring, be it submitted or not. */
  get waitingBytes(): number {
    return this.end - this.#position;
  }

  /** Where the records end that are here by this moment, submitted or not, for `available`. */
  get end(): number {
    return Number(Atomics.load(this.#writer, 0));
  }

  /**
   * The length of whole submitted records from the reader's position up to that end: `most` or a record more, or what is
   * in sight.
   */
  available(most: number, end = this.end): number {
    const { from, words, bytes } = this.#inSight();
    let at = this.#position;
    // Read plainly: `Atomics.load` at a varying place of foreign memory crashes Bun 1.4.5 once it is compiled.
    while (at < end && at - this.#position < most && at - from < bytes) {
      const head = (words[(at - from) >>> 2] ?? 0) >>> 0;
      if (head >= RING_BUSY || at + ringLength(head) - from > bytes) break;
      at += ringLength(head);
    }
    // What is read after this is what the writers put there before they submitted.
    Atomics.add(fence, 0, 1);
    return at - this.#position;
  }

  /** A copy of the next `length` bytes, which `available` has told. */
  copy(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#position - this.#window.from;
    return new Uint8Array(this.#window.data.subarray(start, start + length));
  }

  /** When the next record, which `available` has told, was made, in the kernel's nanoseconds. */
  get nextAt(): number {
    const { from, words } = this.#window;
    return stampAt(words, (this.#position - from) >>> 2);
  }

  /** Of the next `length` bytes, which `available` has told, those of the records that were made before then. */
  lengthBefore(stamp: number, length: number): number {
    const { from, words } = this.#window;
    const end = this.#position + length;
    let at = this.#position;
    while (at < end) {
      const word = (at - from) >>> 2;
      const head = words[word] ?? 0;
      if ((head & RING_DISCARDED) === 0 && stampAt(words, word) >= stamp) break;
      at += ringLength(head);
    }
    return at - this.#position;
  }

  /** Writes the next `length` bytes, which `available` has told, straight from the ring; 0, or the errno that stopped it. */
  writeTo(file: number, length: number): number {
    return writeAll(file, this.#window.pages + this.#position - this.#window.from, length);
  }

  /** Gives the next `length` bytes back to the kernel. */
  advance(length: number): void {
    this.#position += length;
    Atomics.store(this.#reader, 0, BigInt(this.#position));
  }

  /** Unmaps the ring; nothing may be called after it. */
  close(): void {
    libc().munmap(this.#readerPage, BigInt(this.#page));
    libc().munmap(this.#writerPage, BigInt(this.#page));
    libc().munmap(this.#window.pages, BigInt(this.#window.bytes));
  }

  /** The window, with enough of it before the reader for the longest record. */
  #inSight(): Window {
    const { from, bytes, pages } = this.#window;
    const ahead = from + bytes - this.#position;
    if (ahead >= Math.min(SIGHT_BYTES, bytes / 2)) return this.#window;
    libc().munmap(pages, BigInt(bytes));
    return (this.#window = this.#look());
  }

  /** Maps what lies ahead of the reader; its last page holds what the first lacks by being whole. */
  #look(): Window {
    const from = this.#position - (this.#position % this.#page);
    const bytes = Math.min(WINDOW_BYTES, this.#size) + this.#page;
    const pages = map(this.#fd, bytes, PROT_READ, 2 * this.#page + (from % this.#size));
    const seen = toArrayBuffer(pages, 0, bytes);
    return { pages, bytes, from, words: new Int32Array(seen), data: new Uint8Array(seen) };
  }
}

function map(fd: number, length: number, protection: number, offset: number): Pointer {
  const at = libc().mmap(null, BigInt(length), protection, MAP_SHARED, fd, BigInt(offset));
  if (at === null || Number(at) === -1 || Number(at) > Number.MAX_SAFE_INTEGER)
    throw callError("mmap of a ring buffer", errno());
  return at as Pointer;
}
