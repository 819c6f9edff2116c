/**
 * The journal: what was captured, in a file. A head (magic, version, length, JSON), then the rings' contents, the tap's as the
 * kernel laid them and the proxy's in the same form: each record with its 8 bytes of ring head. It is read in batches of bounded size, also while it grows.
 *
 * The writer may die at any byte: an unfinished record at the end is left out and counted. Journals are of one machine and
 * short-lived; one of another version is refused.
 */
import { writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { RecordHead } from "../../ffi/structs.ts";
import { FormatError } from "../core/errors.ts";
import { RING_BUSY, RING_DISCARDED, RING_HEAD, recordLength, ringLength } from "./ring-format.ts";
import { elapsed } from "../lib/async/elapsed.ts";

const MAGIC = 0x31_4a_50_52; // "RPJ1"
const VERSION = 3;
const HEAD_BYTES = 16;
/** Little enough that taking one apart is no long piece of work. */
const BATCH_BYTES = 128 << 10;
const LONGEST_META = 1 << 20;
/** No record is longer: a head and 16 KiB. */
const LONGEST_RECORD = RecordHead.size + (16 << 10);
const FOLLOW_FIRST_MS = 2;
const FOLLOW_LAST_MS = 25;

/** How a journal came to be. */
export interface JournalMeta {
  readonly command: string;
  readonly testSet: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** From the records' CLOCK_MONOTONIC to the time of day. */
  readonly clockOffsetMs: number;
}

/** Whole records. The buffers are used again for the next batch: whoever keeps bytes copies them. */
export interface RecordBatch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each record's head (`RecordHead`) begins; a multiple of 8. Only the first `count` are of this batch. */
  readonly starts: Uint32Array;
  readonly count: number;
}

export interface Journal extends AsyncDisposable {
  readonly meta: JournalMeta;
  /**
   * Batches to the end of the file. With `follow`, what is appended meanwhile too, till the signal says that no more will
   * come. May be called once.
   */
  batches(follow: AbortSignal | null): AsyncGenerator<RecordBatch, void, void>;
  /** How many bytes of the file have been read. */
  readonly position: number;
  /** Bytes of an unfinished record at the end; known when the batches have ended. */
  readonly tornBytes: number;
}

/** Writes the head of a journal to an empty file. */
export function writeJournalHead(file: number, meta: JournalMeta): void {
  const text = new TextEncoder().encode(JSON.stringify(meta));
  const length = (text.length + 7) & ~7;
  const bytes = new Uint8Array(HEAD_BYTES + length).fill(0x20, HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, length, true);
  bytes.set(text, HEAD_BYTES);
  writeSync(file, bytes);
}

/** Opens a journal for reading. */
export async function openJournal(path: string): Promise<Journal> {
  const file = await open(path, "r");
  try {
    const { meta, length } = await readHead(file, path);
    return new JournalReader(file, meta, length);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHead(file: FileHandle, path: string): Promise<{ meta: JournalMeta; length: number }> {
  const refuse = (sentence: string, cause?: unknown) =>
    new FormatError("format.bytes", `${path} ${sentence}`, path, { cause });
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  const { bytesRead } = await file.read(new Uint8Array(head.buffer), 0, HEAD_BYTES, 0);
  if (bytesRead < HEAD_BYTES || head.getUint32(0, true) !== MAGIC) throw refuse("is not a capture's journal.");
  const version = head.getUint32(4, true);
  if (version !== VERSION) throw refuse(`is a journal of version ${version}; this Reprise reads version ${VERSION}.`);
  const length = head.getUint32(8, true);
  if (length > LONGEST_META) throw refuse("has a broken head.");
  const text = new Uint8Array(length);
  await file.read(text, 0, length, HEAD_BYTES);
  try {
    return { meta: JSON.parse(new TextDecoder().decode(text)) as JournalMeta, length: HEAD_BYTES + length };
  } catch (cause) {
    throw refuse("has a broken head.", cause);
  }
}

class JournalReader implements Journal {
  readonly meta: JournalMeta;
  readonly #file: FileHandle;
  readonly #bytes = new Uint8Array(BATCH_BYTES);
  readonly #words = new Uint32Array(this.#bytes.buffer);
  readonly #starts = new Uint32Array(BATCH_BYTES / (RING_HEAD + RecordHead.size));
  #position: number;
  #tornBytes = 0;

  constructor(file: FileHandle, meta: JournalMeta, position: number) {
    this.#file = file;
    this.meta = meta;
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  get tornBytes(): number {
    return this.#tornBytes;
  }

  async *batches(follow: AbortSignal | null): AsyncGenerator<RecordBatch, void, void> {
    let held = 0;
    let waitMs = FOLLOW_FIRST_MS;
    for (;;) {
      // Asked before the read: what is written before the signal is then seen by it.
      const isComplete = follow === null || follow.aborted;
      const { bytesRead } = await this.#file.read(this.#bytes, held, BATCH_BYTES - held, this.#position);
      this.#position += bytesRead;
      held += bytesRead;
      const { count, end, isBroken } = this.#scan(held);
      if (count > 0) yield { bytes: this.#bytes, starts: this.#starts, count };
      this.#bytes.copyWithin(0, end, held);
      held -= end;
      if (isBroken || (bytesRead === 0 && isComplete)) break;
      waitMs = bytesRead > 0 ? FOLLOW_FIRST_MS : Math.min(2 * waitMs, FOLLOW_LAST_MS);
      if (bytesRead === 0 && follow !== null) await elapsed(waitMs, follow);
    }
    this.#tornBytes = held;
  }

  /** Finds the whole records; a head that no ring can hold is where a dying writer or disk left off. */
  #scan(held: number): { count: number; end: number; isBroken: boolean } {
    let count = 0;
    let at = 0;
    while (at + RING_HEAD <= held) {
      const head = this.#words[at >>> 2] ?? 0;
      const length = recordLength(head);
      if (head >= RING_BUSY || length < RecordHead.size || length > LONGEST_RECORD)
        return { count, end: at, isBroken: true };
      const next = at + ringLength(head);
      if (next > held) break;
      if ((head & RING_DISCARDED) === 0) this.#starts[count++] = at + RING_HEAD;
      at = next;
    }
    return { count, end: at, isBroken: false };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
