/**
 * Recording: the app runs in its own cgroup as it always does, the tap listens, the journal fills, and a thread decodes
 * behind it with what the app leaves of the processors. Nothing here stands between the app and the world: when we die, or
 * cannot decode, the app goes on.
 *
 * Counterpart: replay/run.ts. A recording that was cut short is finished by recover.ts.
 */
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { openKernel, type Kernel } from "../capture/kernel.ts";
import { startTap, type Tap } from "../capture/tap.ts";
import { whenAborted } from "../lib/async/when-aborted.ts";
import type { UnreadConnections } from "../store/config.ts";
import { claimTestSet } from "../store/test-set-writer.ts";
import { createCgroup } from "../target/cgroup.ts";
import { launch, type Exit, type Target } from "../target/native.ts";
import { ownerOf, type User } from "../target/user.ts";
import { journalPath, removeJournal } from "./captures.ts";
import type { Decoded, RecordedTest } from "./decode-messages.ts";
import { DecodeThread } from "./decode-thread.ts";
import { fixedListeners } from "./fixed-listeners.ts";

export interface RecordOptions {
  readonly app: {
    readonly command: string;
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly user: User | null;
    readonly stdout: "inherit" | "stderr";
  };
  /** The folder of the recordings. */
  readonly root: string;
  /** Starts a thread that runs `serveDecoding`. */
  readonly startDecoder: () => Worker;
  /** Connections to these ports are left out. */
  readonly passThroughPorts: readonly number[];
  /** Ends the recording: Ctrl-C or the timer. */
  readonly stop: AbortSignal;
  /** The terminal has sent the app its SIGINT already. */
  readonly isInterruptedByTerminal: () => boolean;
  readonly keepCapture: boolean;
  readonly versions: { readonly reprise: string; readonly kernel: string };
}

/** What a recording tells while it goes on. */
export interface RecordEvents {
  started(testSet: string): void;
  listening(port: number): void;
  /** Test cases that are written, some at a time. */
  recorded(tests: readonly RecordedTest[]): void;
  /** After the app has ended: bytes of the capture that are decoded, of how many. */
  decoding(done: number, of: number): void;
}

export interface RecordOutcome {
  /** `null` when nothing passed, and so nothing was kept. */
  readonly testSet: string | null;
  readonly dir: string;
  readonly tests: number;
  readonly mocks: number;
  readonly unread: readonly UnreadConnections[];
  /** Pieces of traffic that the capture lost, by cause; normally all zero. */
  readonly drops: Readonly<Record<string, number>>;
  /** How the app ended, if it did so by itself. */
  readonly exit: Exit | null;
  /** Where the capture was kept, if that was asked for. */
  readonly capture: string | null;
}

/** The app may take this long to end by itself before it is killed. */
const GRACE_MS = 10_000;

/** Runs the app and records it until `stop`, or until it ends. */
export async function record(options: RecordOptions, events: RecordEvents): Promise<RecordOutcome> {
  await using undo = new AsyncDisposableStack();
  const cgroup = createCgroup();
  undo.defer(() => cgroup.remove());
  const kernel = openKernel({ cgroupFd: cgroup.fd, mode: "tap", redirect: null, passThroughPorts: [] });
  undo.defer(() => kernel.close());
  const { app, root } = options;
  const owner = app.user === null ? null : ownerOf(app.user);
  const testSet = claimTestSet(root, null, owner);
  const journal = journalPath(root, testSet);
  const startedAt = Date.now();
  const tap = startTap(kernel, journal, { command: app.command, testSet, startedAt });
  undo.defer(() => tap.stop());
  let target: Target;
  try {
    target = await launch({ ...app, cgroup, files: [] });
  } catch (error) {
    await tap.stop();
    rmSync(join(root, testSet), { recursive: true, force: true });
    removeJournal(root, journal);
    throw error;
  }
  events.started(testSet);
  const listens = fixedListeners(kernel);
  announceListeners(kernel, events);
  const leftOut = options.passThroughPorts;
  const job = { journal, root, testSet, owner, leftOut, isLive: true };
  const session = new Session(options, events, { kernel, tap, target, testSet, journal, startedAt, listens });
  using decoder = new DecodeThread(options.startDecoder, job, session);
  return await session.run(decoder);
}

interface Parts {
  readonly kernel: Kernel;
  readonly tap: Tap;
  readonly target: Target;
  readonly testSet: string;
  readonly journal: string;
  readonly startedAt: number;
  readonly listens: () => readonly number[];
}

class Session {
  readonly #options: RecordOptions;
  readonly #events: RecordEvents;
  readonly #parts: Parts;
  /** Of the journal, once nothing more comes. */
  #bytes = 0;

  constructor(options: RecordOptions, events: RecordEvents, parts: Parts) {
    this.#options = options;
    this.#events = events;
    this.#parts = parts;
  }

  /** To the end of the recording. What is behind in decoding waits in the journal until the app has ended. */
  async run(decoder: DecodeThread): Promise<RecordOutcome> {
    const { tap, kernel, journal } = this.#parts;
    const exit = await this.#untilEnded();
    const drops = kernel.drops();
    await tap.stop();
    this.#bytes = statSync(journal).size;
    decoder.complete();
    const decoded = await decoder.decoded;
    this.progress(this.#bytes);
    return await this.#save(decoder, decoded, { exit, drops });
  }

  recorded(tests: readonly RecordedTest[]): void {
    this.#events.recorded(tests);
  }

  progress(bytes: number): void {
    this.#events.decoding(bytes, this.#bytes);
  }

  /** The app's own end, or `null` where we ended it. A journal that takes no more ends the recording, and says why. */
  async #untilEnded(): Promise<Exit | null> {
    const { target, tap } = this.#parts;
    const failed = tap.failed.then((error) => ({ error }));
    const ended = target.gone().then((exit) => ({ exit }));
    const first = await Promise.race([ended, failed, whenAborted(this.#options.stop)]);
    if (first !== "aborted" && "exit" in first) return first.exit;
    await target.stop(GRACE_MS, { isInterrupted: this.#options.isInterruptedByTerminal() });
    if (first !== "aborted") throw first.error;
    return null;
  }

  async #save(
    decoder: DecodeThread,
    { tests, mocks, unread }: Decoded,
    { exit, drops }: Pick<RecordOutcome, "exit" | "drops">,
  ): Promise<RecordOutcome> {
    const { testSet, journal, startedAt, listens } = this.#parts;
    const { root, keepCapture, app, versions } = this.#options;
    await decoder.save({ command: app.command, startedAt, endedAt: Date.now(), ...versions, listens: listens() });
    if (!keepCapture) removeJournal(root, journal);
    const isEmpty = tests === 0 && mocks === 0;
    return {
      testSet: isEmpty ? null : testSet,
      dir: join(root, testSet),
      tests,
      mocks,
      unread,
      drops,
      exit,
      capture: keepCapture ? journal : null,
    };
  }
}

function announceListeners(kernel: Kernel, events: RecordEvents): void {
  const announced = new Set<number>();
  kernel.onListen(({ kind, port }) => {
    if (kind !== "listen" || announced.has(port)) return;
    announced.add(port);
    events.listening(port);
  });
}
