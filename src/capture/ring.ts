/**
 * A BPF ring buffer, read from its memory: no system call and no callback per record. One reader only. What is read stays
 * in the ring until `advance`; a record still being written hides all behind it.
 *
 * The kernel offers the data mapped twice in a row; it is mapped once here, since each mapped page counts as ours, and
 * what straddles the end is taken in two parts.
 */
import { type Pointer, toArrayBuffer } from "bun:ffi";
import { callError, errno, libc } from "../../ffi/libc.ts";
import { RING_BUSY, ringLength } from "./ring-format.ts";

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const EINTR = 4;

const fence = new Int32Array(new SharedArrayBuffer(4));

export class Ring {
  readonly #size: number;
  readonly #page: number;
  readonly #readerPage: Pointer;
  readonly #writerPages: Pointer;
  readonly #reader: BigInt64Array;
  readonly #writer: BigInt64Array;
  readonly #words: Int32Array;
  readonly #data: Uint8Array;
  #position: number;

  constructor(fd: number, size: number) {
    const pageSize = libc().getpagesize();
    this.#size = size;
    this.#page = pageSize;
    this.#readerPage = map(fd, pageSize, PROT_READ | PROT_WRITE, 0);
    this.#writerPages = map(fd, pageSize + size, PROT_READ, pageSize);
    this.#reader = new BigInt64Array(toArrayBuffer(this.#readerPage, 0, 8));
    const whole = toArrayBuffer(this.#writerPages, 0, pageSize + size);
    this.#writer = new BigInt64Array(whole, 0, 1);
    this.#words = new Int32Array(whole, pageSize, size / 4);
    this.#data = new Uint8Array(whole, pageSize, size);
    this.#position = Number(Atomics.load(this.#reader, 0));
  }

  /** Whether anything is in the ring, be it submitted or not. */
  isEmpty(): boolean {
    return Number(Atomics.load(this.#writer, 0)) === this.#position;
  }

  /** The length of whole submitted records, `most` or a record more, from the reader's position on. */
  available(most: number): number {
    const end = Number(Atomics.load(this.#writer, 0));
    const mask = this.#size - 1;
    let at = this.#position;
    // Read plainly: `Atomics.load` at a varying place of foreign memory crashes Bun 1.4.5 once it is compiled.
    while (at < end && at - this.#position < most) {
      const head = (this.#words[(at & mask) >>> 2] ?? 0) >>> 0;
      if (head >= RING_BUSY) break;
      at += ringLength(head);
    }
    // What is read after this is what the writers put there before they submitted.
    Atomics.add(fence, 0, 1);
    return at - this.#position;
  }

  /** A copy of the next `length` bytes. */
  copy(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#position & (this.#size - 1);
    const first = Math.min(length, this.#size - start);
    const bytes = new Uint8Array(length);
    bytes.set(this.#data.subarray(start, start + first));
    bytes.set(this.#data.subarray(0, length - first), first);
    return bytes;
  }

  /** Writes the next `length` bytes to a file straight from the ring; 0, or the errno that stopped it. */
  writeTo(file: number, length: number): number {
    const { write } = libc();
    for (let done = 0; done < length;) {
      const start = (this.#position + done) & (this.#size - 1);
      const part = Math.min(length - done, this.#size - start);
      const written = Number(write(file, (this.#writerPages + this.#page + start) as Pointer, BigInt(part)));
      if (written < 0) {
        const why = errno();
        if (why !== EINTR) return why;
      } else done += written;
    }
    return 0;
  }

  /** Gives the next `length` bytes back to the kernel. */
  advance(length: number): void {
    this.#position += length;
    Atomics.store(this.#reader, 0, BigInt(this.#position));
  }

  /** Unmaps the ring; nothing may be called after it. */
  close(): void {
    libc().munmap(this.#readerPage, BigInt(this.#page));
    libc().munmap(this.#writerPages, BigInt(this.#page + this.#size));
  }
}

function map(fd: number, length: number, protection: number, offset: number): Pointer {
  const at = libc().mmap(null, BigInt(length), protection, MAP_SHARED, fd, BigInt(offset));
  if (at === null || Number(at) === -1 || Number(at) > Number.MAX_SAFE_INTEGER)
    throw callError("mmap of a ring buffer", errno());
  return at as Pointer;
}
