/**
 * Recording by listening: from here on what the tap copies goes to a journal file, written by the drain thread straight
 * from the ring, and in order with it what the proxy relays. Nothing is decoded here; `journal.ts` reads the file, while it
 * grows or later.
 */
import { closeSync, openSync } from "node:fs";
import { EnvironmentError } from "../core/errors.ts";
import { Backpressure, type Source } from "./backpressure.ts";
import { monotonicStamps } from "./clock.ts";
import type { DrainThread } from "./drain-thread.ts";
import type { Kernel } from "./kernel.ts";
import { type JournalMeta, writeJournalHead } from "./journal.ts";
import { type PutRecord, type RelayedConnection, RelayedFlow } from "./relayed.ts";
import { sharedRing, SharedRingWriter } from "./shared-ring.ts";

/** Bridges what TLS brings between two looks of the drain thread; memory is taken as it fills. */
const RELAYED_BYTES = 32 << 20;
/** Bytes find no room above this, so that what is lost and how a connection ended can still be told. */
const MOST_BYTES = RELAYED_BYTES - (1 << 20);
/** Above this nobody reads more; below half of it they go on. */
const HOLD_BYTES = RELAYED_BYTES / 2;
/** A disk that takes nothing for so long is not waited for. */
const STALL_MS = 5_000;
/** When so much waits, the thread is woken. */
const WAKE_BYTES = 2 << 20;

/** A running tap. */
export interface Tap {
  readonly journalPath: string;
  /** Resolves if the journal takes no more (the disk is full); what it holds by then stays good. */
  readonly failed: Promise<EnvironmentError>;
  /** A connection begins that the proxy relays: what is told of it goes into the journal, and its source is held up to that. */
  relayed(connection: RelayedConnection, source?: Source): RelayedFlow;
  /** Pieces of relayed connections that found no room. */
  readonly relayedDrops: number;
  /** Has what has been captured written at once, and not at the next look. */
  hurry(): void;
  /** Resolves when all that was captured is in the file; a reader that follows may then be told so. */
  stop(): Promise<void>;
}

/** Creates the journal (0600, it must not exist) and begins to fill it. */
export function startTap(kernel: Kernel, journalPath: string, meta: Omit<JournalMeta, "clockOffsetMs">): Tap {
  if (kernel.tap === null) throw new Error("this kernel was opened without the tap");
  const { ring, thread } = kernel.tap;
  const file = create(journalPath);
  writeJournalHead(file, { ...meta, clockOffsetMs: kernel.clockOffsetMs });
  const failed = Promise.withResolvers<EnvironmentError>();
  const relayed = sharedRing(RELAYED_BYTES);
  const writer = new RelayedWriter(relayed, thread);
  thread.startTap({ ring, relayed, journal: file }, (error) => {
    writer.drainEnds();
    failed.resolve(error);
  });
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    writer.drainEnds();
    await thread.stopTap();
    closeSync(file);
  };
  return {
    journalPath,
    failed: failed.promise,
    relayed: (connection, source) => writer.open(connection, source),
    get relayedDrops() {
      return writer.drops;
    },
    hurry: () => thread.drain(),
    stop: () => (stopped ??= stop()),
  };
}

/** The writing end of the proxy's ring, which sees to it that somebody reads before it is full. */
class RelayedWriter {
  readonly #ring: SharedRingWriter;
  readonly #thread: DrainThread;
  readonly #toMonotonic = monotonicStamps();
  readonly #pressure: Backpressure;
  #isAsked = false;
  #count = 0;
  drops = 0;

  constructor(ring: SharedArrayBuffer, thread: DrainThread) {
    this.#ring = new SharedRingWriter(ring);
    this.#thread = thread;
    const waitingBytes = () => this.#ring.waitingBytes;
    this.#pressure = new Backpressure({ waitingBytes, mostBytes: HOLD_BYTES, stallMs: STALL_MS });
  }

  open(connection: RelayedConnection, source: Source | null = null): RelayedFlow {
    const closed = source === null ? () => {} : this.#pressure.add(source);
    return new RelayedFlow(connection, ++this.#count, { put: this.#put, toMonotonic: this.#toMonotonic, closed });
  }

  /** Nobody reads the ring any more: nobody is held up for it. */
  drainEnds(): void {
    this.#pressure[Symbol.dispose]();
  }

  readonly #put: PutRecord = (head, payload) => {
    const isFull = payload.length > 0 && this.#ring.waitingBytes > MOST_BYTES;
    const isIn = !isFull && this.#ring.put(head, payload);
    if (!isIn) this.drops++;
    const isFilling = this.#ring.waitingBytes > WAKE_BYTES;
    if (isFilling && !this.#isAsked) this.#thread.drain();
    this.#isAsked = isFilling;
    if (isFilling) this.#pressure.filled();
    return isIn;
  };
}

function create(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (cause) {
    const message = `The journal ${path} cannot be created: ${cause instanceof Error ? cause.message : String(cause)}.`;
    throw new EnvironmentError("environment.file", message, { cause });
  }
}
