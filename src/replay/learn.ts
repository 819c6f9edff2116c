/**
 * Learns what of a recording varies by nature: plays it twice, the second time with the clock a little ahead, so that
 * instants show themselves; then again with what was learned, until nothing more is learned and the set is green, or it is
 * clear that it will not be. It writes nothing: the store keeps what is learned, and the recording is safe meanwhile.
 */
import type { Difference } from "../core/diff.ts";
import { learnNoise, type LearnedNoise, type Lesson, type Playing, rulesOf } from "../core/learn-noise.ts";
import type { MockEntry } from "../core/mock-entry.ts";
import type { NoiseRules } from "../core/noise.ts";
import type { TestSetResult } from "../core/run-result.ts";
import type { TestCase } from "../core/test-case.ts";
import type { Authority } from "../proxy/tls/authority.ts";
import type { TestSet } from "../store/test-set-reader.ts";
import type { Halt } from "./halt.ts";
import type { Lessons } from "./comparison.ts";
import { runTestSet, type ReplayOptions } from "./run-test-set.ts";

/** What is told while it goes on. */
export interface LearnEvents {
  playing(number: number, tests: number): void;
  test(name: string, done: number, of: number): void;
}

export type LearnOptions = Omit<ReplayOptions, "lessons" | "clockOffsetMs" | "testCases" | "strict">;

/** By test or mock, in the order of the recording. */
export type LearnedNoises = ReadonlyMap<string, readonly LearnedNoise[]>;

export interface Learning {
  readonly tests: LearnedNoises;
  readonly mocks: LearnedNoises;
  /** How often the set was played to its end. */
  readonly playings: number;
  /** The last whole playing, judged by what was learned before it; `null` where there was none. */
  readonly last: TestSetResult | null;
  /** What ended it before its time, or `null`. */
  readonly halt: Halt | null;
}

const LEAST = 2;
const MOST = 6;
/** After so much time nothing is confirmed a second time. */
const PATIENCE_MS = 120_000;
/** Enough for a clock that shows seconds, and little enough for whatever expires. */
const AHEAD_MS = 2_300;
/** What has one of these forms is never the same twice by chance. */
const CERTAIN = new Set(["uuid", "timestamp", "random hex"]);

/** Plays the set as often as it takes; the app is started anew each time. */
export async function learn(testSet: TestSet, options: LearnOptions, events: LearnEvents): Promise<Learning> {
  const notebook = new Notebook();
  const startedAt = performance.now();
  let last: TestSetResult | null = null;
  let halt: Halt | null = null;
  let playings = 0;
  let [confirmed, stuck] = [0, 0];
  while (playings < MOST && !options.signal.aborted) {
    const number = playings + 1;
    const page = notebook.page();
    // What an app tells of a server's key is another in each run.
    for (const authority of authoritiesOf(options.tls)) authority.forget();
    const clockOffsetMs = number === LEAST ? AHEAD_MS : 0;
    const run = await runTestSet(
      testSet,
      { ...options, testCases: null, strict: false, clockOffsetMs, lessons: page },
      {
        testSet: (_name, tests) => events.playing(number, tests),
        ready: () => {},
        test: ({ name }, done, of) => events.test(name, done, of),
      },
    );
    halt = run.halt;
    if (halt !== null) break;
    playings = number;
    last = run.result;
    page.close(last);
    if (playings < LEAST) continue;
    const isChanged = notebook.learn();
    const isGreen = last.verdict === "passed";
    confirmed = isGreen && !isChanged ? confirmed + 1 : 0;
    stuck = !isGreen && !isChanged ? stuck + 1 : 0;
    const isPatient = performance.now() - startedAt < PATIENCE_MS;
    const wanted = notebook.isChancy && playings > LEAST && isPatient ? 2 : 1;
    if (confirmed >= wanted || stuck > (playings > LEAST ? 0 : 1)) break;
  }
  return { tests: notebook.testNoise, mocks: notebook.mockNoise, playings, last, halt };
}

const authoritiesOf = (tls: LearnOptions["tls"]): readonly Authority[] =>
  tls === null ? [] : [tls.untrusted, ...tls.stores.map(({ authority }) => authority)];

/** What the playings said of one test or mock. */
interface Entry {
  readonly recordedAt: number;
  readonly playings: Playing[];
}

interface Page extends Lessons {
  close(result: TestSetResult): void;
}

class Notebook {
  readonly #tests = new Map<string, Entry>();
  readonly #mocks = new Map<string, Entry>();
  /** By playing, the mocks that answered. */
  readonly #served: ReadonlySet<string>[] = [];
  testNoise = new Map<string, readonly LearnedNoise[]>();
  mockNoise = new Map<string, readonly LearnedNoise[]>();

  /** One of what varies might have been the same by chance, and so might others that were not seen to vary. */
  get isChancy(): boolean {
    const noises = [...this.testNoise.values(), ...this.mockNoise.values()].flat();
    return noises.some(({ reason }) => !CERTAIN.has(reason));
  }

  page(): Page {
    const asked = new Map<string, Entry>();
    return {
      learned: { tests: rulesByName(this.testNoise), mocks: rulesByName(this.mockNoise) },
      compared: (test, differences) => this.#compared(test, differences),
      asked: (mock, differences) => void asked.set(mock.name, playedOnce(mock, differences)),
      close: ({ tests }) => this.#close(asked, new Set(tests.flatMap(({ served }) => served))),
    };
  }

  /** An answer of another kind than the recorded one says nothing of its fields. */
  #compared(test: TestCase, differences: readonly Difference[] | null): void {
    if (differences === null || differences.some(({ path }) => path === "status")) return;
    const held = this.#tests.get(test.name);
    const entry = playedOnce(test, differences);
    if (held === undefined) this.#tests.set(test.name, entry);
    else held.playings.push(...entry.playings);
  }

  /** A mock that answered without being told of was asked for as recorded. */
  #close(asked: ReadonlyMap<string, Entry>, served: ReadonlySet<string>): void {
    for (const [name, entry] of asked) {
      const before = this.#served.filter((each) => each.has(name)).map(() => asRecorded(entry.recordedAt));
      const held = this.#mocks.get(name);
      if (held === undefined) this.#mocks.set(name, { ...entry, playings: [...before, ...entry.playings] });
      else held.playings.push(...entry.playings);
    }
    for (const [name, { recordedAt, playings }] of this.#mocks)
      if (!asked.has(name) && served.has(name)) playings.push(asRecorded(recordedAt));
    this.#served.push(served);
  }

  /** Whether that gives other rules than before. */
  learn(): boolean {
    const before = JSON.stringify([[...this.testNoise], [...this.mockNoise]]);
    this.testNoise = learnedFrom(this.#tests);
    this.mockNoise = learnedFrom(this.#mocks, isWhole);
    return JSON.stringify([[...this.testNoise], [...this.mockNoise]]) !== before;
  }
}

const asRecorded = (at: number): Playing => ({ clocks: [at], differences: [] });

/** The app's clock is the recording's, or where it cannot be shifted the machine's. */
const playedOnce = (of: TestCase | MockEntry, differences: readonly Difference[]): Entry => ({
  recordedAt: of.startedAt,
  playings: [{ clocks: [of.startedAt, Date.now()], differences }],
});

/** A mock that differs in what is no noise as well was not the one that was meant, or is missed in any case. */
const isWhole = ({ steady }: Lesson): boolean => steady.length === 0;

function learnedFrom(
  entries: ReadonlyMap<string, Entry>,
  isFit: (lesson: Lesson) => boolean = () => true,
): Map<string, readonly LearnedNoise[]> {
  const found = new Map<string, readonly LearnedNoise[]>();
  for (const [name, { playings, recordedAt }] of entries) {
    if (playings.length < LEAST || playings.every(({ differences }) => differences.length === 0)) continue;
    const lesson = learnNoise(playings, recordedAt);
    if (lesson.learned.length > 0 && isFit(lesson)) found.set(name, lesson.learned);
  }
  return found;
}

const rulesByName = (noises: LearnedNoises): Record<string, NoiseRules> =>
  Object.fromEntries([...noises].map(([name, learned]) => [name, rulesOf(learned)]));
