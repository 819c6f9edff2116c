/**
 * Recording: the app runs in its own cgroup as it always does, the tap listens, the journal fills, and a thread decodes
 * behind it with what the app leaves of the processors. Only connections that may be TLS pass through us (redirection.ts):
 * when we die, those break, and the app goes on.
 *
 * Counterpart: replay/run.ts. A recording that was cut short is finished by recover.ts.
 */
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { openAttribution } from "../capture/attribution.ts";
import { type End, openKernel, type Kernel } from "../capture/kernel.ts";
import { startTap, type Tap } from "../capture/tap.ts";
import { openUnixSockets, type UnixSockets } from "../capture/unix-sockets.ts";
import type { Protocol } from "../core/protocol.ts";
import { joinedSockets, type KnownSocket, socketSet, unixReason } from "../core/unix-socket.ts";
import { whenAborted } from "../lib/async/when-aborted.ts";
import type { TlsOptions } from "../proxy/tls/tls-options.ts";
import type { Learned, UnreadConnections } from "../store/config.ts";
import { lastLearned } from "../store/learned.ts";
import type { RedactedKinds } from "../store/redaction.ts";
import { claimTestSet } from "../store/test-set-writer.ts";
import { createCgroup } from "../target/cgroup.ts";
import { launch, type Exit, type PreparedApp, type Target } from "../target/native.ts";
import { plumbing } from "../target/plumbing.ts";
import { shimmed } from "../target/shimmed.ts";
import { ownerOf } from "../target/user.ts";
import { journalPath, removeJournal } from "./captures.ts";
import { collectYoung } from "./collect.ts";
import type { Decoded, RecordedTest } from "./decode-messages.ts";
import { DecodeThread } from "./decode-thread.ts";
import { fixedListeners } from "./fixed-listeners.ts";
import { ProgramWatch } from "./program-watch.ts";
import { Redirection } from "./redirection.ts";
import { ServiceEntrance, type ServiceOptions } from "./service-entrance.ts";

export interface RecordOptions {
  readonly app: PreparedApp;
  /** The folder of the recordings. */
  readonly root: string;
  /** Starts a thread that runs `serveDecoding`. */
  readonly startDecoder: () => Worker;
  /** What the proxy watches connections with. */
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  /** Which connections pass through the proxy: those that may be TLS, all, or none. */
  readonly proxied: "unknown" | "all" | "none";
  /** How TLS is taken apart; `null` hands it on. */
  readonly tls: TlsOptions | null;
  /** What is known of a service that terminates TLS itself; `null` leaves its TLS unread. */
  readonly service: ServiceOptions | null;
  /** Servers whose TLS could not be taken apart are tried again, since something was given that may help. */
  readonly retriesBlind: boolean;
  /** As `Peer.surroundings`. */
  readonly surroundings: readonly string[];
  /** The user's rules about secrets as the file holds them, or `null`: they are left in. */
  readonly secrets: { readonly rules: unknown } | null;
  /** Connections to these ports are left out. */
  readonly passThroughPorts: readonly number[];
  /** Connections to these unix sockets are nobody's business; `socketSet` says how folders are written. */
  readonly passThroughSockets: readonly string[];
  /** What can be said of others by their names. */
  readonly knownSockets: readonly KnownSocket[];
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
  /** How many secrets were taken out, by kind. */
  readonly redacted: RedactedKinds;
  /** Pieces of traffic that the capture lost, by cause; normally all zero. */
  readonly drops: Readonly<Record<string, number>>;
  /** How the app ended, if it did so by itself. */
  readonly exit: Exit | null;
  /** Where the capture was kept, if that was asked for. */
  readonly capture: string | null;
}

/** The app may take this long to end by itself before it is killed. */
const GRACE_MS = 10_000;
/** To tell of so many leaves some megabytes behind. */
const COLLECTED_TESTS = 4_000;
/** What the app said last may be on its way for this long. */
const DRAIN_MS = 2_000;

/** Runs the app and records it until `stop`, or until it ends. */
export async function record(options: RecordOptions, events: RecordEvents): Promise<RecordOutcome> {
  await using undo = new AsyncDisposableStack();
  const cgroup = createCgroup();
  undo.defer(() => cgroup.remove());
  const { app, root } = options;
  const redirection = await startRedirection(options, cgroup.fd);
  if (redirection !== null) undo.defer(() => redirection.close());
  const kernel = attach(options, cgroup.fd, redirection);
  undo.defer(() => kernel.close());
  const owner = app.user === null ? null : ownerOf(app.user);
  const testSet = claimTestSet(root, null, owner);
  const journal = journalPath(root, testSet);
  const startedAt = Date.now();
  const tap = startTap(kernel, journal, { command: app.command, testSet, startedAt });
  undo.defer(() => tap.stop());
  redirection?.attach(kernel, tap);
  const attribution = openAttribution(kernel, cgroup.fd);
  undo.defer(() => attribution?.[Symbol.dispose]());
  const watch = attribution === null ? null : undo.use(new ProgramWatch(attribution, cgroup, kernel));
  const sockets = openUnixSockets({ cgroupFd: cgroup.fd, isRefusing: false, allowed: unnamedSockets(options) });
  undo.defer(() => sockets?.[Symbol.dispose]());
  let target: Target;
  let entrance: ServiceEntrance | null = null;
  undo.defer(() => entrance?.close());
  try {
    const { service } = options;
    if (service !== null) entrance = new ServiceEntrance(service, { kernel, appCgroupFd: cgroup.fd, tap });
    const isHelped = attribution !== null && options.proxied !== "none";
    target = await launch({ ...(isHelped ? shimmed(app) : app), cgroup });
  } catch (error) {
    await tap.stop();
    rmSync(join(root, testSet), { recursive: true, force: true });
    removeJournal(root, journal);
    throw error;
  }
  events.started(testSet);
  const listens = fixedListeners(kernel);
  announceListeners(kernel, events, watch);
  const leftOut = options.passThroughPorts;
  const redaction = options.secrets === null ? null : { surroundings: options.surroundings, ...options.secrets };
  const job = { journal, root, testSet, owner, leftOut, redaction, isLive: true };
  const parts = { kernel, tap, redirection, entrance, sockets, target, testSet, journal, startedAt, listens };
  const session = new Session(options, events, parts);
  using decoder = new DecodeThread(options.startDecoder, job, session);
  return await session.run(decoder);
}

/** Nobody records them, or the user does not want to hear of them. */
const unnamedSockets = ({ app, passThroughSockets }: RecordOptions) =>
  joinedSockets(plumbing(app.env), socketSet(passThroughSockets));

async function startRedirection(options: RecordOptions, cgroupFd: number): Promise<Redirection | null> {
  const { proxied, root } = options;
  if (proxied === "none") return null;
  const { clear, blind } = lastLearned(root);
  const learned = { clear, blind: options.retriesBlind ? [] : blind };
  return Redirection.start({ ...options, isAlways: proxied === "all", cgroupFd, learned });
}

function attach(options: RecordOptions, cgroupFd: number, redirection: Redirection | null): Kernel {
  const { passThroughPorts, service } = options;
  const shared = { cgroupFd, passThroughPorts, isSteering: service !== null };
  if (redirection === null) return openKernel({ ...shared, mode: "tap", redirect: null });
  return openKernel({ ...shared, mode: "record", redirect: redirection.ports });
}

interface Parts {
  readonly kernel: Kernel;
  readonly tap: Tap;
  readonly redirection: Redirection | null;
  readonly entrance: ServiceEntrance | null;
  readonly sockets: UnixSockets | null;
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
  /** Tests since what was made of them was collected. */
  #told = 0;

  constructor(options: RecordOptions, events: RecordEvents, parts: Parts) {
    this.#options = options;
    this.#events = events;
    this.#parts = parts;
  }

  /** To the end of the recording. What is behind in decoding waits in the journal until the app has ended. */
  async run(decoder: DecodeThread): Promise<RecordOutcome> {
    const { tap, kernel, journal, redirection, entrance } = this.#parts;
    const exit = await this.#untilEnded();
    tap.hurry();
    await redirection?.drained(DRAIN_MS);
    await entrance?.drained(DRAIN_MS);
    entrance?.close();
    const drops = { ...kernel.drops(), relayed: tap.relayedDrops };
    const refusing = kernel.refusing();
    await tap.stop();
    this.#bytes = statSync(journal).size;
    decoder.complete();
    const decoded = await decoder.decoded;
    this.progress(this.#bytes);
    return await this.#save(decoder, decoded, { exit, drops, refusing });
  }

  recorded(tests: readonly RecordedTest[]): void {
    this.#events.recorded(tests);
    this.#told += tests.length;
    if (this.#told < COLLECTED_TESTS) return;
    this.#told = 0;
    collectYoung();
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
    { tests, mocks, unread: undecoded }: Decoded,
    { exit, drops, refusing }: Pick<RecordOutcome, "exit" | "drops"> & { readonly refusing: readonly End[] },
  ): Promise<RecordOutcome> {
    const { testSet, journal, startedAt, listens } = this.#parts;
    const { root, keepCapture, app, versions } = this.#options;
    const learned = withoutTls(this.#parts.redirection?.learned ?? lastLearned(root), undecoded);
    const unheard = this.#unheard();
    const endedAt = Date.now();
    const redacted = await decoder.save({
      command: app.command,
      startedAt,
      endedAt,
      ...versions,
      listens: listens(),
      learned,
      ...(refusing.length === 0 ? {} : { refusing }),
      unread: unheard,
    });
    if (!keepCapture) removeJournal(root, journal);
    const isEmpty = tests === 0 && mocks === 0;
    return {
      testSet: isEmpty ? null : testSet,
      dir: join(root, testSet),
      tests,
      mocks,
      unread: [...undecoded, ...unheard],
      redacted,
      drops,
      exit,
      capture: keepCapture ? journal : null,
    };
  }

  /** What no tap hears. */
  #unheard(): UnreadConnections[] {
    return [...(this.#parts.sockets?.calls() ?? [])].map(([peer, connections]) => ({
      peer,
      reason: unixReason(peer, this.#options.knownSockets),
      connections,
    }));
  }
}

/** TLS that the tap saw went straight to where clear text was expected: the next recording is to find out again. */
function withoutTls(learned: Learned, unread: readonly UnreadConnections[]): Learned {
  const ports = new Set(unread.filter(({ reason }) => reason.startsWith("TLS")).map(({ peer }) => portOf(peer)));
  return { ...learned, clear: learned.clear.filter(({ port }) => !ports.has(port)) };
}

const portOf = (peer: string): number => Number(peer.slice(peer.lastIndexOf(":") + 1));

/** Who begins to ask when that is said finds everything in place. */
function announceListeners(kernel: Kernel, events: RecordEvents, watch: ProgramWatch | null): void {
  const announced = new Set<number>();
  kernel.onListen(({ kind, port }) => {
    if (kind !== "listen" || announced.has(port)) return;
    announced.add(port);
    const tell = () => events.listening(port);
    if (watch === null) tell();
    else void watch.settled().then(tell);
  });
}
