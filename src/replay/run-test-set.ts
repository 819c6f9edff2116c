/**
 * One test set from curtain to curtain: the app on its stage, its tests in the order recorded, a verdict for each.
 *
 * The app is started anew for every set, so that each begins as its recording did. A call that comes a little after the
 * response still counts for its test: the next one starts when the test's mocks are asked for, or the wait is over.
 */
import { createPools, type Pools } from "../core/memory-pool.ts";
import { DriveError, type Driver, type Protocol } from "../core/protocol.ts";
import { worstOf, type MockTotals, type TestResult, type TestSetResult, type Verdict } from "../core/run-result.ts";
import type { TestCase } from "../core/test-case.ts";
import { whenAborted } from "../lib/async/when-aborted.ts";
import type { TlsOptions } from "../proxy/tls/tls-options.ts";
import type { UnreadConnections } from "../store/config.ts";
import type { TestSet } from "../store/test-set-reader.ts";
import type { Time } from "../target/clock.ts";
import type { Exit, PreparedApp } from "../target/native.ts";
import { askedOf } from "./asked.ts";
import { type Compared, Comparison, type ComparisonOptions } from "./comparison.ts";
import { claimants, expectedProtocols, neverReached, recordedTls } from "./expected.ts";
import { forgottenNote } from "./forgotten.ts";
import { describeExit, interrupted, type Halt } from "./halt.ts";
import { judge, skip } from "./judge.ts";
import { refusalNote, Refusals } from "./refusals.ts";
import { sealedPlaces } from "./sealed.ts";
import { setStage, type Stage } from "./stage.ts";
import { trailingCalls } from "./trailing-calls.ts";
import { untilAllListen, untilReady, type Readying } from "./until-ready.ts";

/** What is the same for every test set of a run. */
export interface ReplayOptions extends Readying, ComparisonOptions {
  readonly app: PreparedApp;
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  readonly drivers: readonly Driver[];
  readonly passThroughPorts: readonly number[];
  readonly passThroughSockets: readonly string[];
  /** In whose name TLS is answered; null where it is not. */
  readonly tls: TlsOptions | null;
  /** As `Peer.surroundings`. */
  readonly surroundings: readonly string[];
  /** Names of tests to run, or `null` for all. */
  readonly testCases: readonly string[] | null;
  readonly host: string;
  /** Drives this port instead of the recorded ones. */
  readonly port: number | null;
  readonly apiTimeoutMs: number;
  readonly strict: boolean;
  readonly time: Time;
  /** The app's clock is ahead of the recording's by this much. */
  readonly clockOffsetMs: number;
}

/** What a run tells while it goes on. */
export interface ReplayEvents {
  testSet(name: string, tests: number): void;
  ready(afterMs: number): void;
  test(result: TestResult, done: number, of: number): void;
}

export interface TestSetRun {
  readonly result: TestSetResult;
  readonly mocks: MockTotals;
  readonly halt: Halt | null;
}

/** A call that the app makes after its answer is waited for this long. */
const TRAILING_CALLS_MS = 100;
/** How long after a broken connection the app's end is still its cause. */
const LAST_WORDS_MS = 250;
/** For telling what mocks were asked: this much of a run's time, and of a short run this much at least. */
const ASKED_SHARE = 0.05;
const ASKED_LEAST_MS = 100;
/** What a client may say to a dependency without being answered: a large upload. */
const PROXY_BUDGET_BYTES = 1 << 30;

/** Runs the set; rejects only for what keeps the stage from being set. */
export function runTestSet(testSet: TestSet, options: ReplayOptions, events: ReplayEvents): Promise<TestSetRun> {
  return new TestSetRunner(testSet, options, events).run();
}

type Listed = TestSet["tests"][number];

class TestSetRunner {
  readonly #testSet: TestSet;
  readonly #options: ReplayOptions;
  readonly #events: ReplayEvents;
  readonly #comparison: Comparison;
  readonly #pools: Pools;
  readonly #recordedMocks: ReadonlyMap<string, number>;
  /** `host:port reason` of what the recording could not read either. */
  readonly #unreadable: ReadonlySet<string>;
  /** Where (`host:port`) it could not read what TLS protects, and why. */
  readonly #sealed: ReadonlyMap<string, string>;
  readonly #notes: Set<string>;
  readonly #results: TestResult[] = [];
  readonly #interruption: Promise<"aborted">;
  #refusals = new Refusals(null, []);
  #exit: Exit | null = null;
  /** The app is told to go: what it leaves unfinished says nothing of it. */
  #isEnding = false;
  #gone: Promise<unknown> = Promise.resolve();

  constructor(testSet: TestSet, options: ReplayOptions, events: ReplayEvents) {
    this.#testSet = testSet;
    this.#options = options;
    this.#events = events;
    this.#comparison = new Comparison(testSet, options);
    const { mocks, mappings, config } = testSet;
    this.#pools = createPools(mocks, {
      mappings,
      ...this.#comparison.matching,
    });
    this.#recordedMocks = recordedByTest(testSet, this.#pools);
    this.#unreadable = new Set(config.unread.map(({ peer, reason }) => `${peer} ${reason}`));
    this.#sealed = sealedPlaces(config.unread, mocks);
    this.#notes = new Set([...testSet.warnings, ...config.unread.map(unreadNote)]);
    this.#interruption = whenAborted(options.signal);
  }

  async run(): Promise<TestSetRun> {
    const startedAt = new Date().toISOString();
    const chosen = this.#options.testCases;
    const tests = this.#testSet.tests.filter(({ name }) => chosen === null || chosen.includes(name));
    this.#events.testSet(this.#testSet.name, tests.length);
    const stage = await this.#openStage();
    let halt: Halt | null;
    try {
      halt = await this.#play(stage, tests);
      this.#noteRefusals();
      for (const [place, count] of stage.proxy.dropped)
        this.#notes.add(`Datagrams to ${place} were not answered (${count}).`);
      for (const note of stage.clock.notes()) this.#notes.add(note);
    } finally {
      this.#isEnding = true;
      await stage.close();
    }
    for (const { name } of tests.slice(this.#results.length)) this.#results.push(skip(name, halt?.sentence ?? ""));
    return this.#conclude(startedAt, halt);
  }

  async #play(stage: Stage, tests: readonly Listed[]): Promise<Halt | null> {
    const ports = [...new Set(tests.map(({ port }) => this.#options.port ?? port))];
    const from = performance.now();
    let halt = await untilReady(stage, ports, this.#options);
    if (halt === null) halt = await this.#untilAllListen(stage);
    this.#noteRefusals();
    if (halt === null) this.#events.ready(performance.now() - from);
    let isSet = halt === null ? this.#setClock(stage, tests[0]) : null;
    for (const [index, entry] of tests.entries()) {
      if (halt !== null) break;
      const test = this.#comparison.load(entry);
      if (isSet !== null) await isSet;
      isSet = null;
      const result = await this.#test(entry, test, () => (isSet = this.#setClock(stage, tests[index + 1])));
      this.#results.push(result);
      this.#events.test(result, this.#results.length, tests.length);
      halt = this.#haltNow();
    }
    if (halt === null && tests.length > 0) await this.#lateCalls();
    return halt;
  }

  /** For a test; a recording of another tool may not say when it was. Judging and reading go on while it is being set. */
  #setClock(stage: Stage, entry: Listed | undefined): Promise<void> | null {
    if (entry === undefined || !(entry.startedAt > 0)) return null;
    return stage.clock.set(entry.startedAt + this.#options.clockOffsetMs);
  }

  /** Where the user names another port, the recorded ones say nothing. */
  async #untilAllListen(stage: Stage): Promise<Halt | null> {
    if (this.#options.port !== null) return null;
    for (const port of await untilAllListen(stage, this.#testSet.config.listens, this.#options)) {
      this.#notes.add(`The app does not listen on port ${port}, as it did when it was recorded.`);
    }
    return this.#haltNow();
  }

  async #openStage(): Promise<Stage> {
    const { app, protocols, fallback, passThroughPorts, passThroughSockets, tls, surroundings, time } = this.#options;
    const { mocks, config } = this.#testSet;
    const named = mocks.flatMap(({ destination }) => (destination ? [destination] : []));
    const stage = await setStage({
      app,
      protocols: claimants(this.#testSet, protocols, fallback),
      fallback,
      passThroughPorts,
      passThroughSockets,
      refusing: neverReached(config.refusing ?? [], mocks),
      budgetBytes: PROXY_BUDGET_BYTES,
      names: new Map(named.map(({ address, host }) => [address, host])),
      poolFor: (protocol, peer) => this.#pools.poolFor(protocol.name, peer),
      expectedFor: expectedProtocols(mocks, [...protocols, fallback]),
      isTlsFor: recordedTls(mocks, [...protocols, fallback]),
      tls,
      refusedFor: (host, port) => this.#sealed.get(`${host}:${port}`) ?? null,
      surroundings: [...surroundings, ...this.#testSet.secrets.surroundings()],
      time,
      startsAt: this.#startsAt(),
      onMiss: (miss) => this.#pools.miss(miss),
      onUnread: (reason, { host, port }) => this.#unanswered(reason, `${host}:${port}`),
    });
    this.#refusals = new Refusals(stage.sockets, this.#testSet.config.unread);
    this.#pools.onChange(() => stage.proxy.nudge());
    this.#gone = stage.target.gone().then((exit) => (this.#exit = exit));
    return stage;
  }

  /** When the recording's app was started, as well as is known. */
  #startsAt(): number {
    const { config, tests } = this.#testSet;
    const first = tests[0]?.startedAt ?? 0;
    return (config.startedAt ?? (first > 0 ? first : Date.now())) + this.#options.clockOffsetMs;
  }

  /** As good as a miss, unless the recording says that it could not read that either. */
  #unanswered(reason: string, place: string): void {
    if (this.#isEnding) return;
    this.#notes.add(`A connection to ${place} was not answered: ${reason}.`);
    if (this.#unreadable.has(`${place} ${reason}`)) return;
    // An app that does not take our certificate says so in its own words each time.
    if (reason.startsWith("TLS") && this.#sealed.has(place)) return;
    this.#pools.miss({ protocol: "unknown", asked: `a connection to ${place}: ${reason}`, nearest: null });
  }

  /** They count for what runs at this moment. */
  #noteRefusals(): void {
    for (const miss of this.#refusals.fresh()) {
      this.#pools.miss(miss);
      this.#notes.add(refusalNote(miss));
    }
  }

  /** A call that follows the last answer has no next test to be seen in. */
  async #lateCalls(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, TRAILING_CALLS_MS);
    await Promise.race([this.#gone, this.#interruption, promise]).finally(() => clearTimeout(timer));
  }

  #haltNow(): Halt | null {
    if (this.#options.signal.aborted) return interrupted;
    return this.#exit === null
      ? null
      : { kind: "app", sentence: `The app ended while it was tested (${describeExit(this.#exit)}).` };
  }

  /** `over`: nothing of this test is to come from the app. */
  async #test(entry: Listed, test: TestCase, over: () => void): Promise<TestResult> {
    const { drivers, apiTimeoutMs, host, port, strict } = this.#options;
    const driver = drivers.find(({ protocol }) => protocol === test.protocol);
    if (!driver) {
      over();
      return skip(test.name, `Nothing here can play ${test.protocol} requests to the app.`);
    }
    this.#pools.run(test.name);
    const startedAt = Date.now();
    const from = performance.now();
    const { spec, carried } = this.#comparison.request(driver, test);
    let compared: Compared = { differences: [], noise: [] };
    let failure: string | null = null;
    try {
      const answer = driver.send(spec, { host, port: port ?? test.port, isTls: test.isTls }, apiTimeoutMs);
      // Nobody waits for it any more after Ctrl-C; it ends with the app.
      answer.catch(() => {});
      const got = await Promise.race([answer, this.#interruption]);
      if (got === "aborted") {
        this.#pools.run(null);
        return skip(test.name, interrupted.sentence);
      }
      compared = this.#comparison.answer(driver, entry, test, got);
    } catch (error) {
      if (!(error instanceof DriveError)) throw error;
      failure = error.message;
      this.#comparison.noAnswer(test);
    }
    const durationMs = Math.round((performance.now() - from) * 1_000) / 1_000;
    if (failure === null) await trailingCalls(this.#pools, test.name, TRAILING_CALLS_MS);
    else await this.#lastWords();
    over();
    this.#noteRefusals();
    const usage = this.#pools.usageOf(test.name);
    this.#pools.run(null);
    const recordedMocks = this.#recordedMocks.get(test.name) ?? 0;
    const { name, protocol } = test;
    const summary = driver.summary(test.spec);
    return judge(
      { name, protocol, summary, startedAt, durationMs, ...compared, usage, recordedMocks, failure, carried },
      strict,
    );
  }

  /** A connection that breaks may be the first sign of the app's end, which is known a moment later. */
  #lastWords(): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LAST_WORDS_MS);
    return Promise.race([this.#gone, promise]).finally(() => clearTimeout(timer));
  }

  #asked(startedAt: string): TestSetResult["asked"] {
    const { protocols, fallback } = this.#options;
    const mostMs = Math.max(ASKED_LEAST_MS, (Date.now() - Date.parse(startedAt)) * ASKED_SHARE);
    return askedOf(this.#results, this.#testSet.mocks, { protocols: [...protocols, fallback], mostMs });
  }

  /** A call that was guessed to be this test's may have been another's: what somebody made by the end was made. */
  #settled(test: TestResult): TestResult {
    const unused = new Set(test.unused.length === 0 ? [] : this.#pools.usageOf(test.name).unused);
    return { ...test, unused: test.unused.filter((mock) => unused.has(mock)) };
  }

  #conclude(startedAt: string, halt: Halt | null): TestSetRun {
    const spoken = [...this.#options.protocols, this.#options.fallback];
    const isWhole = halt === null && this.#options.testCases === null;
    const forgotten = isWhole ? forgottenNote(this.#pools.forgotten(), spoken) : null;
    if (forgotten !== null) this.#notes.add(forgotten);
    const missed = this.#pools.usageOf(null).missed;
    const failed = missed.length > 0 || this.#results.some(({ status }) => status !== "passed");
    const verdict: Verdict = worstOf([
      halt === null && this.#results.length > 0 ? "passed" : "error",
      failed ? "failed" : "passed",
    ]);
    return {
      halt,
      mocks: this.#pools.usage().totals,
      result: {
        name: this.#testSet.name,
        verdict,
        startedAt,
        endedAt: new Date().toISOString(),
        tests: this.#results.map((test) => this.#settled(test)),
        missed,
        asked: this.#asked(startedAt),
        notes: [...this.#notes],
        reason: halt?.sentence ?? (this.#results.length === 0 ? "The test set holds no tests." : null),
      },
    };
  }
}

/** By test; a mock that is in the mappings and nowhere else was a call all the same. */
function recordedByTest({ mappings, mocks }: TestSet, pools: Pools): Map<string, number> {
  const held = new Set(mocks.map(({ name }) => name));
  return new Map(
    mappings.map(({ test, mocks: owned }) => [
      test,
      pools.telling(test) + owned.filter(({ name }) => !held.has(name)).length,
    ]),
  );
}

const unreadNote = ({ peer, reason, connections }: UnreadConnections): string =>
  `The recording lacks ${connections === 1 ? "a connection" : `${connections} connections`} to ${peer}: ${reason}.`;
