/**
 * A test set for replay: its tests by name and time, its mocks as entries for the pool, and which belongs to which.
 * Files of Reprise and of Keploy read alike. Of a test's spec it holds at most what it has read once, and that until it
 * is asked for: `load` reads the file again from then on, so an edit counts. Broken files are errors that name the line;
 * what can be left out is a warning.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { attribute } from "../core/attribute.ts";
import { UsageError } from "../core/errors.ts";
import type { MockEntry } from "../core/mock-entry.ts";
import type { Protocol } from "../core/protocol.ts";
import { Restorer } from "../core/secrets/restorer.ts";
import { renderTemplates, type TemplateType } from "../core/template.ts";
import type { Mapping, TestCase } from "../core/test-case.ts";
import { EMPTY_CONFIG, readConfig, type TestSetConfig } from "./config.ts";
import { readSpan } from "./documents.ts";
import { readTest, type StoredTest } from "./envelope.ts";
import { type ProtocolsByKind, readSpec, unknownKind } from "./kinds.ts";
import { byNumber, testSetPaths, type TestSetPaths } from "./layout.ts";
import type { Restore } from "./leaves.ts";
import { readMappings } from "./mappings.ts";
import { readMocks } from "./read-mocks.ts";
import { readText } from "./read-text.ts";
import { readYaml, wholeFile } from "./read-yaml.ts";
import { readSecrets } from "./secret-files.ts";

/** One test case, its spec still in its file. */
export interface TestEntry extends Omit<TestCase, "spec"> {
  readonly file: string;
  /** `values` stand in the place of their names; those that it lacks are as the set's config gives them. */
  load(values?: TemplateValues): TestCase;
}

export interface TestSet {
  readonly name: string;
  readonly dir: string;
  readonly config: TestSetConfig;
  /** In the order recorded. */
  readonly tests: readonly TestEntry[];
  /** In the order recorded. */
  readonly mocks: readonly MockEntry[];
  readonly mappings: readonly Mapping[];
  /** What stands in its files for secrets. */
  readonly secrets: Restorer;
  /** Sentences. */
  readonly warnings: readonly string[];
}

/** Reads the set in `dir`. `kinds` from `protocolsByKind`; `surroundings` as in `Peer`: secrets may be among them. */
export function openTestSet(dir: string, kinds: ProtocolsByKind, surroundings: readonly string[] = []): TestSet {
  if (!existsSync(dir)) {
    throw new UsageError("usage.path", `There is no test set at ${dir}.`, {
      hint: 'Record one: reprise record -c "./app".',
    });
  }
  const paths = testSetPaths(dir);
  const warnings: string[] = [];
  const warn = (sentence: string): void => void warnings.push(sentence);
  const config = existsSync(paths.config) ? readConfig(readFile(paths.config), paths.config) : EMPTY_CONFIG;
  const secrets = new Restorer(readSecrets(paths), surroundings);
  const tests = readTests({ paths, kinds, config, restore: secrets, warn });
  const unfinished = !existsSync(paths.config);
  if (unfinished && existsSync(paths.mocks) && !isKeploySet(paths.mocks)) {
    warn(
      "This recording was cut short: it has no config.yaml. Which mock belongs to which test is told by time alone.",
    );
  }
  const mocks = readMocks({ paths, kinds, unfinished, restore: secrets, warn });
  for (const name of unread(paths)) warn(`${name} is not read: only YAML is.`);
  const mappings = existsSync(paths.mappings)
    ? readMappings(readFile(paths.mappings), paths.mappings)
    : attribute(
        tests,
        mocks.filter(({ reuse }) => reuse === "once"),
      );
  warnOfStrays(mappings, tests, mocks, warn);
  return { name: basename(dir), dir, config, tests, mocks, mappings, secrets, warnings };
}

/** Keploy names itself in the first line or in the first document. */
function isKeploySet(mocks: string): boolean {
  return /keploy/i.test(readSpan(mocks, { offset: 0, length: 200 }));
}

const readFile = (file: string): unknown => readYaml(readText(file), wholeFile(file));

/** Text of the tests whose files need not be read a second time. */
const KEPT = 8 << 20;

interface TestsSource {
  readonly paths: TestSetPaths;
  readonly kinds: ProtocolsByKind;
  readonly config: TestSetConfig;
  readonly restore: Restore;
  /** Characters of text that may still be kept. */
  room: number;
  warn(sentence: string): void;
}

function readTests(given: Omit<TestsSource, "room">): TestEntry[] {
  const source = { ...given, room: KEPT };
  const { paths, warn } = source;
  if (!existsSync(paths.tests)) return [];
  const files = readdirSync(paths.tests).filter((name) => /^[^.].*\.ya?ml$/.test(name));
  const entries: TestEntry[] = [];
  const missing = new Map<string, number>();
  for (const name of files) {
    const entry = testEntry(join(paths.tests, name), source);
    if (typeof entry === "string") missing.set(entry, (missing.get(entry) ?? 0) + 1);
    else entries.push(entry);
  }
  for (const [kind, count] of missing) {
    warn(
      `${count === 1 ? "A test" : `${count} tests`} of kind ${kind} cannot be run: there is no protocol for it here.`,
    );
  }
  return entries.sort((a, b) => a.startedAt - b.startedAt || byNumber(a.name, b.name));
}

/** Or the kind of another tool's test that nobody reads. */
function testEntry(file: string, source: TestsSource): TestEntry | string {
  const read = readStored(file);
  const { stored } = read;
  const protocol = source.kinds.get(stored.kind);
  if (protocol === undefined) {
    if (stored.from === "keploy") return stored.kind;
    throw unknownKind(stored.kind, source.kinds, file);
  }
  source.room -= read.text.length;
  const held = { read: source.room >= 0 ? read : null };
  return {
    ...testOf(stored, protocol, file, source),
    file,
    load: (values) => {
      const first = held.read ?? readStored(file);
      held.read = null;
      return loadTest(first, { file, protocol, source }, values);
    },
  };
}

interface ReadTest {
  readonly stored: StoredTest;
  readonly text: string;
}

function readStored(file: string): ReadTest {
  const text = readText(file);
  return { stored: readTest(readYaml(text, wholeFile(file)), file), text };
}

/** The file's name is the test's: copies need no edit to be told apart. The set's noise counts for each test. */
function testOf(stored: StoredTest, protocol: Protocol, file: string, { config }: TestsSource): Omit<TestCase, "spec"> {
  const { port, isTls, startedAt, endedAt } = stored;
  const noise = { ...config.noise.tests, ...stored.noise };
  return {
    name: basename(file).replace(/\.ya?ml$/, ""),
    protocol: protocol.name,
    port,
    isTls,
    noise,
    startedAt,
    endedAt,
  };
}

/** What stands for a name in a test; `undefined` leaves the name. */
export type TemplateValues = (name: string, type: TemplateType) => string | undefined;

function loadTest(
  { stored, text }: ReadTest,
  { file, protocol, source }: { readonly file: string; readonly protocol: Protocol; readonly source: TestsSource },
  values: TemplateValues = () => undefined,
): TestCase {
  const { kind, spec: raw } = stored;
  const { paths } = source;
  const restore = rendered(source, values);
  const spec = readSpec(protocol, { kind, spec: raw, text, origin: wholeFile(file), assets: paths.assets, restore });
  return { ...testOf(stored, protocol, file, source), spec };
}

/** Where the set has no templates, what looks like one is the app's own text. */
function rendered({ restore, config }: TestsSource, values: TemplateValues): Restore {
  const { template } = config;
  if (template === undefined) return restore;
  const valueOf = (name: string, type: TemplateType): string | undefined => {
    const recorded = Object.hasOwn(template, name) ? template[name] : undefined;
    return values(name, type) ?? (recorded === undefined ? undefined : restore.text(recorded));
  };
  return {
    text: (text) => renderTemplates(restore.text(text), valueOf),
    latin1: (text) => renderTemplates(restore.latin1(text), valueOf),
  };
}

/** Files of other tools in forms that are not YAML. */
function unread(paths: TestSetPaths): string[] {
  const names = readdirSync(paths.dir).filter((name) => /^mocks\.(?:json|gob)$/.test(name));
  const tests = existsSync(paths.tests) ? readdirSync(paths.tests).filter((name) => name.endsWith(".json")).length : 0;
  return tests === 0 ? names : [...names, `tests/*.json (${tests} file${tests === 1 ? "" : "s"})`];
}

/** A mapping may name what somebody has deleted since; that is worth saying, not worth failing. */
function warnOfStrays(
  mappings: readonly Mapping[],
  tests: readonly TestEntry[],
  mocks: readonly MockEntry[],
  warn: (sentence: string) => void,
): void {
  const [known, held] = [new Set(tests.map(({ name }) => name)), new Set(mocks.map(({ name }) => name))];
  const absent = mappings
    .filter(({ test, mocks: owned }) => !known.has(test) && owned.length > 0)
    .map(({ test }) => test);
  if (absent.length > 0) {
    const named = absent.slice(0, 3).join(", ") + (absent.length > 3 ? `, and ${absent.length - 3} more` : "");
    warn(
      `mappings.yaml gives mocks to tests that are not there (${named}); they answer no other test. After renaming a test, rename it there.`,
    );
  }
  const present = mappings.filter(({ test }) => known.has(test));
  const gone = present.flatMap(({ mocks: owned }) => owned).filter(({ name }) => !held.has(name)).length;
  if (gone > 0)
    warn(`mappings.yaml names ${gone === 1 ? "a mock that is" : `${gone} mocks that are`} not in mocks.yaml.`);
}
