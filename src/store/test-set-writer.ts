/**
 * A test set while it is being recorded. Everything handed over is turned into text at once and written soon after, in
 * batches off the caller's path, so that memory does not grow with the recording; callers await `ready()` between batches.
 * `finish` writes mappings.yaml and then config.yaml, which marks the set as whole. Counterpart: test-set-reader.ts.
 */
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError, UsageError } from "../core/errors.ts";
import type { Protocol } from "../core/protocol.ts";
import type { Redactor } from "../core/secrets/redactor.ts";
import type { Mapping, Mock, TestCase } from "../core/test-case.ts";
import { writeYaml } from "../lib/text/yaml-writer.ts";
import { AppendFile } from "./append-file.ts";
import { type TestSetConfig, writeConfig } from "./config.ts";
import { writeMock, writeTest } from "./envelope.ts";
import { NOT_TEST_SETS, slug, testSetPaths, type TestSetPaths } from "./layout.ts";
import type { PutAsset } from "./leaves.ts";
import { writeMappings } from "./mappings.ts";
import { type RedactedKinds, type Redaction, redactionOf } from "./redaction.ts";
import { makeFolder, type Owner, saying, writeFresh, writePieces, writeWhole } from "./write-file.ts";

export interface WriterOptions {
  /** The user who ran sudo; `null` otherwise. */
  readonly owner: Owner;
  /** Every protocol that may hand something in, the fallback included. */
  readonly protocols: readonly Protocol[];
  /** Takes the secrets out; `null` leaves them in. */
  readonly redactor: Redactor | null;
}

/** A set that is open for writing. */
export interface TestSetWriter {
  readonly name: string;
  readonly dir: string;
  /** Gives the name under which it is stored: the title with a number. */
  addTest(test: Omit<TestCase, "name"> & { readonly title: string }): string;
  /** Gives its name; mocks stand in the order in which they are added. */
  addMock(mock: Omit<Mock, "name">): string;
  /** A line for people, without the secrets that may be in it. */
  withoutSecrets(line: string): string;
  /** Resolves when little waits to be written; rejects if writing failed. */
  ready(): Promise<void>;
  /** Tells how many secrets of which kinds were taken out. */
  finish(last: { readonly config: TestSetConfig; readonly mappings: Iterable<Mapping> }): Promise<RedactedKinds>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

const HEAD = "# Recorded by Reprise. One document a mock, in the order recorded; edit freely.\n";
/** Small files cost far more than their text while they wait. */
const WAITING_MOST = 1 << 20;
/** How long one slice of writing may keep the loop. */
const SLICE_MS = 5;

/** Creates the next free `test-set-N` in `root`, or the set of that name, which must not exist. */
export function createTestSet(root: string, name: string | null, options: WriterOptions): TestSetWriter {
  return openTestSetWriter(root, claimTestSet(root, name, options.owner), options);
}

/** Writes into a set that was claimed and in which nothing is yet. */
export function openTestSetWriter(root: string, name: string, options: WriterOptions): TestSetWriter {
  return new Writer(root, name, options);
}

/** Takes the next free `test-set-N` in `root`, or that name, which must not exist; gives the name. */
export function claimTestSet(root: string, name: string | null, owner: Owner): string {
  makeFolder(root, owner);
  if (name !== null) {
    if (!/^[\w][\w.-]*$/.test(name) || NOT_TEST_SETS.has(name)) {
      throw new UsageError("usage.path", `${name} cannot be the name of a test set.`, {
        hint: "Use letters, digits and dashes.",
      });
    }
    if (!claim(join(root, name), owner)) {
      throw new UsageError("usage.path", `The test set ${name} exists already.`, {
        hint: "Choose another name or remove it.",
      });
    }
    return name;
  }
  const taken = readdirSync(root).map((each) => Number(/^test-set-(\d+)$/.exec(each)?.[1] ?? -1));
  for (let number = Math.max(-1, ...taken) + 1; ; number++) {
    if (claim(join(root, `test-set-${number}`), owner)) return `test-set-${number}`;
  }
}

/** Whether the folder is ours: two recordings may start at the same time. */
function claim(dir: string, owner: Owner): boolean {
  if (existsSync(dir)) return false;
  return saying(dir, () => {
    try {
      mkdirSync(dir);
      if (owner !== null) chownSync(dir, owner.uid, owner.gid);
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      throw error;
    }
  });
}

class Writer implements TestSetWriter {
  readonly name: string;
  readonly dir: string;
  readonly #paths: TestSetPaths;
  readonly #owner: Owner;
  readonly #protocols: ReadonlyMap<string, Protocol>;
  readonly #mocks: AppendFile;
  readonly #numbers = new Map<string, number>();
  readonly #assets = new Set<string>();
  #tests: { readonly path: string; readonly text: string }[] = [];
  #waiting = 0;
  #mockCount = 0;
  #scheduled = false;
  #failure: unknown = null;
  #waiters: { resolve(): void; reject(error: unknown): void; readonly most: number }[] = [];

  readonly #redaction: Redaction;

  constructor(root: string, name: string, { owner, protocols, redactor }: WriterOptions) {
    this.name = name;
    this.dir = join(root, name);
    this.#paths = testSetPaths(this.dir);
    this.#owner = owner;
    this.#protocols = new Map(protocols.map((protocol) => [protocol.name, protocol]));
    makeFolder(this.#paths.tests, owner);
    this.#redaction = redactionOf(redactor, root, this.#paths, owner);
    this.#mocks = new AppendFile(this.#paths.mocks, HEAD, owner);
    this.#mocks.write();
  }

  addTest({ title, ...test }: Omit<TestCase, "name"> & { readonly title: string }): string {
    const { kind, spec } = this.#protocol(test.protocol).toYaml(test.spec);
    const written = { kind, spec: this.#redaction.spec(spec) };
    const stem = slug(this.#redaction.title(title));
    const number = (this.#numbers.get(stem) ?? 0) + 1;
    this.#numbers.set(stem, number);
    const name = `${stem}-${number}`;
    const text = writeYaml(writeTest({ ...test, name }, written, this.#putAsset));
    this.#tests.push({ path: join(this.#paths.tests, `${name}.yaml`), text });
    this.#waiting += text.length;
    this.#schedule();
    return name;
  }

  addMock(mock: Omit<Mock, "name">): string {
    const name = `mock-${++this.#mockCount}`;
    const { kind, spec } = this.#protocol(mock.protocol).toYaml(mock.spec);
    const document = writeMock({ ...mock, name }, { kind, spec: this.#redaction.spec(spec) }, this.#putAsset);
    this.#mocks.add(`---\n${writeYaml(document)}`);
    this.#schedule();
    return name;
  }

  withoutSecrets(line: string): string {
    return this.#redaction.line(line);
  }

  ready(): Promise<void> {
    return this.#untilWaiting(WAITING_MOST);
  }

  async finish(last: { readonly config: TestSetConfig; readonly mappings: Iterable<Mapping> }): Promise<RedactedKinds> {
    await this.#untilWaiting(0);
    this.#mocks.close();
    const { command } = last.config;
    const config = { ...last.config, command: command === null ? null : this.#redaction.line(command) };
    const redacted = this.#redaction.finish();
    writePieces(this.#paths.mappings, writeMappings(last.mappings), this.#owner);
    writeWhole(this.#paths.config, writeConfig(config), this.#owner);
    return redacted;
  }

  async discard(): Promise<void> {
    await this.#untilWaiting(0);
    this.#mocks.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  #protocol(name: string): Protocol {
    const protocol = this.#protocols.get(name);
    if (protocol === undefined) throw new TypeError(`${name} is not among the writer's protocols`);
    return protocol;
  }

  readonly #putAsset: PutAsset = (name, content) => {
    if (this.#assets.has(name)) return;
    makeFolder(this.#paths.assets, this.#owner);
    writeWhole(join(this.#paths.assets, name), content, this.#owner);
    this.#assets.add(name);
  };

  get #backlog(): number {
    return this.#waiting + this.#mocks.waiting;
  }

  #untilWaiting(most: number): Promise<void> {
    if (this.#failure !== null) return Promise.reject(asError(this.#failure));
    if (this.#backlog <= most) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject, most });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      try {
        this.#slice();
      } catch (error) {
        this.#failure = error;
        for (const { reject } of this.#waiters.splice(0)) reject(error);
      }
    });
  }

  #slice(): void {
    if (this.#failure !== null) return;
    const until = performance.now() + SLICE_MS;
    let done = 0;
    for (const { path, text } of this.#tests) {
      if (done > 0 && performance.now() > until) break;
      writeFresh(path, text, this.#owner);
      this.#waiting -= text.length;
      done++;
    }
    this.#tests = done === this.#tests.length ? [] : this.#tests.slice(done);
    this.#mocks.write();
    const backlog = this.#backlog;
    const content = this.#waiters.filter(({ most }) => backlog <= most);
    this.#waiters = this.#waiters.filter((waiter) => !content.includes(waiter));
    for (const { resolve } of content) resolve();
    if (backlog > 0) this.#schedule();
  }
}

const asError = (failure: unknown): Error =>
  failure instanceof Error ? failure : new EnvironmentError("environment.file", String(failure));
