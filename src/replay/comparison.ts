/**
 * What counts as a difference in one run of a test set, of answers and of what the app asks: after the rules of the
 * project, the set, the test and the mock, after what stands for secrets, and after values that the app makes anew and
 * that flow from one answer into later requests.
 */
import type { Difference } from "../core/diff.ts";
import { Flows } from "../core/flows.ts";
import type { MockEntry } from "../core/mock-entry.ts";
import { filterNoise, type NoiseRules, pairedItems } from "../core/noise.ts";
import type { Driver, Protocol } from "../core/protocol.ts";
import type { TestCase } from "../core/test-case.ts";
import type { TestEntry, TestSet } from "../store/test-set-reader.ts";
import { TemplateRun } from "./template-run.ts";

/** What a run tells whoever learns from it, and what was learned so far. */
export interface Lessons {
  /** Beside the rules of the files. */
  readonly learned: {
    readonly tests: Readonly<Record<string, NoiseRules>>;
    readonly mocks: Readonly<Record<string, NoiseRules>>;
  };
  /** By the rules of the files alone; `null` where there was no answer. */
  compared(test: TestCase, differences: readonly Difference[] | null): void;
  /** How the app asked for a mock; not told where it asked as recorded. */
  asked(mock: MockEntry, differences: readonly Difference[]): void;
}

export interface ComparisonOptions {
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  /** The user's rules for every test, and by protocol for every mock's request. */
  readonly noise: { readonly tests: NoiseRules; readonly mocks: Readonly<Record<string, NoiseRules>> };
  /** The order of a list counts nowhere. */
  readonly ignoresOrder: boolean;
  /** Where it is to be learned what varies; `null` in a run that judges. */
  readonly lessons: Lessons | null;
}

/** The differences that count, and the places of those that do not. */
export interface Compared {
  readonly differences: readonly Difference[];
  readonly noise: readonly string[];
}

export class Comparison {
  readonly #testSet: TestSet;
  readonly #options: ComparisonOptions;
  readonly #protocols: ReadonlyMap<string, Protocol>;
  readonly #flows = new Flows();
  readonly #templates: TemplateRun;

  constructor(testSet: TestSet, options: ComparisonOptions) {
    this.#testSet = testSet;
    this.#options = options;
    this.#templates = new TemplateRun(testSet.config.template);
    this.#protocols = new Map([...options.protocols, options.fallback].map((each) => [each.name, each]));
  }

  /** What a pool of mocks asks. */
  get matching() {
    const { lessons } = this.#options;
    return {
      counts: (mock: MockEntry, differences: readonly Difference[]) => this.#counting(mock, differences, true),
      rewritten: (mock: MockEntry, spec: unknown) => this.#rewritten(mock, spec),
      ...(lessons === null
        ? {}
        : {
            varied: (mock: MockEntry, differences: readonly Difference[]) =>
              lessons.asked(mock, this.#counting(mock, differences, false)),
            isLearned: ({ name }: MockEntry) => lessons.learned.mocks[name] !== undefined,
          }),
    };
  }

  /** A test with what its names stand for by then. */
  load(entry: TestEntry): TestCase {
    return entry.load(this.#templates.valueOf);
  }

  /** The request as it is to be sent, and where each value of an earlier answer in it came from. */
  request(driver: Driver, { spec }: TestCase): { readonly spec: unknown; readonly carried: readonly string[] } {
    const carried = new Set<string>();
    const sent = driver.withValues(spec, (text) =>
      this.#flows.request(text, ({ test, path }) => carried.add(`${path} of ${test}`)),
    );
    return { spec: sent, carried: [...carried] };
  }

  /** What an answer differs in, to a test that was loaded from that entry. */
  answer(driver: Driver, entry: TestEntry, test: TestCase, got: unknown): Compared {
    const all = driver.compare(test.spec, got);
    return this.#counted(test, all, this.#templates.answered(driver, entry, test.spec, all));
  }

  /** `named`: without those at the places of names. */
  #counted(test: TestCase, all: readonly Difference[], named: readonly Difference[]): Compared {
    const { noise, ignoresOrder, lessons } = this.#options;
    const { config, secrets } = this.#testSet;
    const circumstances = { ignoresOrder, shiftMs: Date.now() - test.startedAt };
    const rules = { ...noise.tests, ...config.noise.tests, ...test.noise };
    const learned = lessons?.learned.tests[test.name];
    const differences = filterNoise(named, rules, circumstances).filter(
      (each) => !secrets.explains([each]) && !this.#flows.explains(each),
    );
    const paired = pairedItems(all, learned === undefined ? rules : { ...rules, ...learned }, circumstances);
    this.#flows.answered(test.name, paired);
    lessons?.compared(test, differences);
    const counted = filterNoise(differences, learned ?? {}, circumstances);
    const places = new Set(counted.map(({ path }) => path));
    return { differences: counted, noise: paired.map(({ path }) => path).filter((path) => !places.has(path)) };
  }

  /** There was none, or no whole one. */
  noAnswer(test: TestCase): void {
    this.#options.lessons?.compared(test, null);
  }

  /** The differences of a request that count; `isLearned`: after what was learned in this run's fellows, too. */
  #counting(mock: MockEntry, all: readonly Difference[], isLearned: boolean): readonly Difference[] {
    const { noise, lessons } = this.#options;
    const given = this.#testSet.config.noise.mocks[mock.protocol];
    const rules = { ...noise.mocks[mock.protocol], ...given, ...mock.noise };
    const shiftMs = Date.now() - mock.startedAt;
    const noticed = filterNoise(all, rules, { shiftMs }).filter((each) => !this.#flows.explains(each));
    const differences = noticed.length > 0 && this.#testSet.secrets.explains(noticed) ? [] : noticed;
    return isLearned ? filterNoise(differences, lessons?.learned.mocks[mock.name] ?? {}, { shiftMs }) : differences;
  }

  /** A reply names an id of the app's as the app knows it by then; one of another length might break its framing. */
  #rewritten(mock: MockEntry, spec: unknown): unknown {
    const protocol = this.#protocols.get(mock.protocol);
    if (this.#flows.isEmpty || protocol === undefined) return spec;
    let isChanged = false;
    const rewrite = (text: string): string =>
      this.#flows.rewrite(
        text,
        () => (isChanged = true),
        ({ recorded, actual }) => recorded.length === actual.length,
      );
    const { kind, spec: stored } = protocol.toYaml(spec);
    const rewritten = everyText(stored, rewrite);
    return isChanged ? protocol.fromYaml(kind, rewritten) : spec;
  }
}

/** Nobody looks for an id in what is larger. */
const REWRITTEN_MOST = 1 << 20;

/** Plain data with each of its texts rewritten; names stay. */
function everyText(value: unknown, rewrite: (text: string) => string): unknown {
  if (typeof value === "string") return value.length > REWRITTEN_MOST ? value : rewrite(value);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item) => everyText(item, rewrite));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, everyText(member, rewrite)]));
}
