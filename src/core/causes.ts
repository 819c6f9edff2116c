/**
 * Which test caused a call, from who handled the test and who asked for the call: a thread, a goroutine, an asynchronous
 * context. It says `exact` only where nothing else can be: one context, busy with one request at a time, that read the
 * request, asked, and answered. What it cannot tell is left to time (`attribute.ts`).
 */
import type { Spans } from "./attribute.ts";
import { sortedIndices } from "./sorted-indices.ts";
import type { Attribution } from "./test-case.ts";

/** What was seen of who did what. Contexts are small numbers, 0 is nobody that is known; times as those of spans. */
export interface Causes {
  /** All contexts are below this. */
  readonly contexts: number;
  /** Who read the last of the test's request, and when. */
  readerOf(test: number): number;
  readAtOf(test: number): number;
  /** Who sent its answer, and when the last of it. */
  responderOf(test: number): number;
  respondedAtOf(test: number): number;
  /** Who sent the mock's request. */
  askerOf(mock: number): number;
  /** It was asked among others on one connection, of whom one may have sent what another has asked. */
  isGuess(mock: number): boolean;
  /** A number for what the mock's request asks, whatever its values: of those whose asker is not known. */
  shapeOf(mock: number): number;
  /** What a test and a mock hold (`tokens.ts`), sorted; `null` where that was not looked at. */
  tokensOfTest(test: number): Uint32Array | null;
  tokensOfMock(mock: number): Uint32Array | null;
  /** Who started a context, and when; 0 where that was not seen. */
  parentOf(context: number): number;
  bornAtOf(context: number): number;
  /** Threads are commonly kept for other work when what they were started for is done. */
  isThread(context: number): boolean;
}

/** A test by number and how sure it is; `unknown` leaves it to time, `nobody` is sure that it is none's. */
export type Verdict =
  { readonly is: "caused"; readonly test: number; readonly by: Attribution } | { readonly is: "unknown" | "nobody" };

const UNKNOWN: Verdict = { is: "unknown" };
const NOBODY: Verdict = { is: "nobody" };
const NONE = 0xffff_ffff;
const MANY = 0xffff_fffe;
/** Who calls oftener than this after the answer to what it was started for has found other work. */
const FEW_LATE_CALLS = 4;

/** How far up a context's ancestors are asked. */
const GENERATIONS = 16;
/** What a context does so long after its answer may still be about that request. */
const TRAILING_MS = 1_000;

/** Judges the mocks of one recording. */
export class CauseJudge {
  readonly #causes: Causes;
  readonly #mocks: Spans;
  readonly #readings: ByContext;
  readonly #responses: ByContext;
  /** Contexts that were busy with several requests at once, such as an event loop: they say nothing. */
  readonly #shared = new Set<number>();
  /** Of these, whoever leaves such requests to others to answer: a pool's thread, which an event loop is not. */
  readonly #passingOn = new Set<number>();
  /** By context: the one test of an ancestor that it was started for, or `MANY`: then it works for whoever comes. */
  readonly #inherited: Uint32Array;
  /** By context: calls that it made after that test's answer. */
  readonly #lateCalls: Uint32Array;

  constructor(tests: Spans, mocks: Spans, causes: Causes) {
    this.#causes = causes;
    this.#mocks = mocks;
    this.#readings = new ByContext(
      tests.count,
      (test) => causes.readerOf(test),
      (test) => causes.readAtOf(test),
    );
    this.#responses = new ByContext(
      tests.count,
      (test) => causes.responderOf(test),
      (test) => causes.respondedAtOf(test),
    );
    this.#findShared();
    this.#inherited = new Uint32Array(causes.contexts).fill(NONE);
    this.#lateCalls = new Uint32Array(causes.contexts);
    for (let mock = 0; mock < mocks.count; mock++) this.#inherit(mock);
  }

  /** Who caused that mock. */
  judge(mock: number): Verdict {
    const asker = this.#causes.askerOf(mock);
    if (asker === 0) return UNKNOWN;
    const at = this.#mocks.startOf(mock);
    const handled = this.#handled(asker, at);
    const next = this.#beforeItsAnswer(asker, at);
    if (handled === null) return next;
    const { test, handler } = handled;
    const late = at - this.#causes.respondedAtOf(test);
    // Whose reading is over may be about what another has read for it, as a worker behind a reactor.
    if ((late > 0 || handler !== asker) && next.is === "caused" && next.test !== test) return next;
    if (this.#shared.has(handler)) {
      const isOwn = handler === asker && late <= 0 && !this.#causes.isGuess(mock) && this.#staysWith(test, handler);
      return isOwn ? { is: "caused", test, by: "exact" } : UNKNOWN;
    }
    if (handler !== asker && this.#isKept(asker)) return UNKNOWN;
    if (late > TRAILING_MS) return handler === asker ? NOBODY : UNKNOWN;
    if (late > 0) return { is: "caused", test, by: "overlap" };
    if (this.#causes.isGuess(mock)) return { is: "caused", test, by: "likely" };
    const isWhole = this.#causes.responderOf(test) === handler && (this.#lateCalls[asker] ?? 0) === 0;
    return { is: "caused", test, by: isWhole ? "exact" : "window" };
  }

  /** It has found other work since it was started for a request. */
  #isKept(context: number): boolean {
    const most = this.#causes.isThread(context) ? 0 : FEW_LATE_CALLS;
    return this.#inherited[context] === MANY || (this.#lateCalls[context] ?? 0) > most;
  }

  /**
   * The nearest of the context and its ancestors that handles requests, and the test that it had read last: by then, or
   * where the next one's birth was seen, by that.
   */
  #handled(asker: number, at: number): { readonly test: number; readonly handler: number } | null {
    let handler = asker;
    let until = at;
    for (let i = 0; i < GENERATIONS && handler !== 0; i++) {
      const test = this.#readings.lastUntil(handler, until);
      if (test !== null) return { test, handler };
      until = this.#causes.bornAtOf(handler) || until;
      handler = this.#causes.parentOf(handler);
    }
    return null;
  }

  /** Who answers a request that somebody else has read was likely about it since it had answered the one before. */
  #beforeItsAnswer(asker: number, at: number): Verdict {
    const test = this.#responses.firstFrom(asker, at);
    if (test === null || this.#shared.has(asker) || this.#causes.readAtOf(test) > at) return UNKNOWN;
    return { is: "caused", test, by: "window" };
  }

  #inherit(mock: number): void {
    const asker = this.#causes.askerOf(mock);
    const at = this.#mocks.startOf(mock);
    const handled = asker === 0 ? null : this.#handled(asker, at);
    if (handled === null || handled.handler === asker) return;
    const known = this.#inherited[asker];
    this.#inherited[asker] = known === NONE || known === handled.test ? handled.test : MANY;
    if (at > this.#causes.respondedAtOf(handled.test)) this.#lateCalls[asker] = (this.#lateCalls[asker] ?? 0) + 1;
  }

  /** A pool's thread that read the test, answered it, and answered nothing else between: it did nothing else between. */
  #staysWith(test: number, context: number): boolean {
    if (!this.#passingOn.has(context) || this.#causes.responderOf(test) !== context) return false;
    const readAt = this.#causes.readAtOf(test);
    return this.#responses.firstFrom(context, readAt) === test;
  }

  #findShared(): void {
    /** By context: of the requests that were open when it read its next, those answered by others, less its own. */
    const passedOn = new Map<number, number>();
    this.#readings.neighbours((context, earlier, later) => {
      if (this.#causes.readAtOf(later) >= this.#causes.respondedAtOf(earlier)) return;
      this.#shared.add(context);
      const responder = this.#causes.responderOf(earlier);
      if (responder !== 0) passedOn.set(context, (passedOn.get(context) ?? 0) + (responder === context ? -1 : 1));
    });
    for (const [context, more] of passedOn) if (more > 0) this.#passingOn.add(context);
  }
}

/** Tests sorted by a context and a time, without a list for each context. */
class ByContext {
  readonly #tests: Uint32Array;
  readonly #contexts: Uint32Array;
  readonly #times: Float64Array;

  constructor(count: number, contextOf: (test: number) => number, timeOf: (test: number) => number) {
    const compare = (a: number, b: number) => contextOf(a) - contextOf(b) || timeOf(a) - timeOf(b);
    const sorted = sortedIndices(count, compare);
    let nobodys = 0;
    while (nobodys < count && contextOf(sorted[nobodys] ?? 0) === 0) nobodys++;
    this.#tests = sorted.subarray(nobodys);
    this.#contexts = new Uint32Array(this.#tests.length);
    this.#times = new Float64Array(this.#tests.length);
    for (let place = 0; place < this.#tests.length; place++) {
      const test = this.#tests[place] ?? 0;
      this.#contexts[place] = contextOf(test);
      this.#times[place] = timeOf(test);
    }
  }

  /** The context's last test until then. */
  lastUntil(context: number, at: number): number | null {
    return this.#at(this.#firstAfter(context, at, true) - 1, context);
  }

  /** The context's first test from then on. */
  firstFrom(context: number, at: number): number | null {
    return this.#at(this.#firstAfter(context, at, false), context);
  }

  /** Tests of one context, each with the next. */
  neighbours(see: (context: number, earlier: number, later: number) => void): void {
    for (let place = 1; place < this.#tests.length; place++) {
      const context = this.#contexts[place] ?? 0;
      if (context === this.#contexts[place - 1]) see(context, this.#tests[place - 1] ?? 0, this.#tests[place] ?? 0);
    }
  }

  #at(place: number, context: number): number | null {
    return this.#contexts[place] === context ? (this.#tests[place] ?? null) : null;
  }

  /** Where those of the context begin that are later than that time, or with `isPast` false, not earlier. */
  #firstAfter(context: number, at: number, isPast: boolean): number {
    let [low, high] = [0, this.#tests.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#contexts[middle] ?? 0;
      const time = this.#times[middle] ?? 0;
      const isBefore = other < context || (other === context && (isPast ? time <= at : time < at));
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
