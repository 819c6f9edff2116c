/**
 * Recording: the app runs in its own cgroup as it always does, the tap listens, the journal fills, and the decoder follows
 * behind at the lowest priority. Nothing here stands between the app and the world: when we die, the app goes on.
 *
 * Counterpart: replay/run.ts. A recording that was cut short is finished by recover.ts.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { openJournal } from "../capture/journal.ts";
import { openKernel, type Kernel } from "../capture/kernel.ts";
import { startTap, type Tap } from "../capture/tap.ts";
import type { Driver, Protocol } from "../core/protocol.ts";
import { whenAborted } from "../lib/async/when-aborted.ts";
import type { UnreadConnections } from "../store/config.ts";
import { createTestSet, type TestSetWriter } from "../store/test-set-writer.ts";
import { createCgroup } from "../target/cgroup.ts";
import { launch, type Exit, type Target } from "../target/native.ts";
import { ownerOf, type User } from "../target/user.ts";
import { journalPath, removeJournal } from "./captures.ts";
import { decodeJournal } from "./decode-journal.ts";
import { fixedListeners } from "./fixed-listeners.ts";
import { Pace } from "./pace.ts";
import { Recording, type Recorded } from "./recording.ts";

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
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  readonly drivers: readonly Driver[];
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
  recorded: Recorded;
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
const LOWEST_PRIORITY = 19;

/** Runs the app and records it until `stop`, or until it ends. */
export async function record(options: RecordOptions, events: RecordEvents): Promise<RecordOutcome> {
  await using undo = new AsyncDisposableStack();
  const cgroup = createCgroup();
  undo.defer(() => cgroup.remove());
  const kernel = openKernel({ cgroupFd: cgroup.fd, mode: "tap", redirect: null, passThroughPorts: [] });
  undo.defer(() => kernel.close());
  const { app, root } = options;
  const writer = createTestSet(root, null, {
    owner: app.user === null ? null : ownerOf(app.user),
    protocols: [...options.protocols, options.fallback],
  });
  const journal = journalPath(root, writer.name);
  const startedAt = Date.now();
  const tap = startTap(kernel, journal, { command: app.command, testSet: writer.name, startedAt });
  undo.defer(() => tap.stop());
  let target: Target;
  try {
    target = await launch({ ...app, cgroup, files: [] });
  } catch (error) {
    await tap.stop();
    await writer.discard();
    removeJournal(root, journal);
    throw error;
  }
  events.started(writer.name);
  const listens = fixedListeners(kernel);
  announceListeners(kernel, events);
  return await new Session(options, events, { kernel, tap, target, writer, journal, startedAt, listens }).run();
}

interface Parts {
  readonly kernel: Kernel;
  readonly tap: Tap;
  readonly target: Target;
  readonly writer: TestSetWriter;
  readonly journal: string;
  readonly startedAt: number;
  readonly listens: () => readonly number[];
}

class Session {
  readonly #options: RecordOptions;
  readonly #events: RecordEvents;
  readonly #parts: Parts;

  constructor(options: RecordOptions, events: RecordEvents, parts: Parts) {
    this.#options = options;
    this.#events = events;
    this.#parts = parts;
  }

  async run(): Promise<RecordOutcome> {
    const { tap, writer, kernel } = this.#parts;
    const complete = new AbortController();
    const { listens } = this.#parts;
    const recording = new Recording(writer, this.#events.recorded, new Set(this.#options.passThroughPorts));
    const decoded = this.#decode(recording, complete.signal);
    const exit = await Promise.race([this.#untilEnded(), decoded.then(() => null)]);
    const drops = kernel.drops();
    await tap.stop();
    complete.abort();
    await decoded;
    return await this.#save(recording, exit, { drops, listens: listens() });
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

  /** Decoding gives way to the app while that runs: what is behind waits in the journal. */
  async #decode(recording: Recording, complete: AbortSignal): Promise<void> {
    const { journal: path, writer } = this.#parts;
    const normal = 0;
    yieldTheProcessor(LOWEST_PRIORITY);
    const restore = () => yieldTheProcessor(normal);
    complete.addEventListener("abort", restore);
    await using journal = await openJournal(path);
    await decodeJournal({
      ...this.#options,
      journal,
      writer,
      sink: recording,
      follow: complete,
      pace: new Pace(complete),
      progress: (bytes) => {
        if (complete.aborted) this.#events.decoding(bytes, statSync(path).size);
      },
    });
  }

  async #save(
    recording: Recording,
    exit: Exit | null,
    { drops, listens }: Pick<RecordOutcome, "drops"> & { listens: readonly number[] },
  ): Promise<RecordOutcome> {
    const { writer, journal, startedAt } = this.#parts;
    const { root, keepCapture, app, versions } = this.#options;
    const { tests, mocks } = recording.counts;
    const unread = recording.unreadConnections;
    const isEmpty = tests === 0 && mocks === 0;
    if (isEmpty) await writer.discard();
    else {
      const config = {
        command: app.command,
        startedAt,
        endedAt: Date.now(),
        ...versions,
        noise: { tests: {}, mocks: {} },
        unread,
        listens,
      };
      await writer.finish({ config, mappings: recording.mappings() });
    }
    if (!keepCapture) removeJournal(root, journal);
    const capture = keepCapture ? journal : null;
    return { testSet: isEmpty ? null : writer.name, dir: writer.dir, tests, mocks, unread, drops, exit, capture };
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

/** Threads that compile and collect for the one that decodes; that which drains the ring must not wait for anybody. */
const HELPING_THREADS = /^(JITWorker|HeapHelper)/;

/** Threads that begin later take after this one. Where the system refuses another priority, decoding simply competes. */
function yieldTheProcessor(priority: number): void {
  const tasks = "/proc/self/task";
  try {
    setPriority(0, priority);
    for (const thread of readdirSync(tasks)) {
      const name = readFileSync(join(tasks, thread, "comm"), "utf8");
      if (HELPING_THREADS.test(name)) setPriority(Number(thread), priority);
    }
  } catch {
    // Recording is right either way, only less polite.
  }
}
