/**
 * mocks.yaml as entries for the pool. Each document is read once for its key; specs stay in memory up to a bound and
 * are read again from their place in the file beyond it. A torn last document of a recording that was cut short is
 * dropped, with a warning.
 */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { FormatError } from "../core/errors.ts";
import { digestKey, type MockEntry } from "../core/mock-entry.ts";
import type { NoiseRules } from "../core/noise.ts";
import type { Protocol } from "../core/protocol.ts";
import { type Document, lineOf, readDocuments, readSpan, type Span } from "./documents.ts";
import { isWhole, readMock, type StoredMock } from "./envelope.ts";
import { type ProtocolsByKind, readSpec, unknownKind } from "./kinds.ts";
import type { TestSetPaths } from "./layout.ts";
import type { Restore } from "./leaves.ts";
import { type Origin, readYaml } from "./read-yaml.ts";

/** Keploy's documents end with anything. */
const isKeploy = (text: string): boolean => /^version: api\.keploy\.io\//m.test(text);

/** Text of the mocks whose specs stay in memory. */
const HELD = 16 << 20;

/** After so much text the collector is asked to run: left alone, it lets a large recording take half as much memory again. */
const GARBAGE = 64 << 20;

export interface MocksSource {
  readonly paths: TestSetPaths;
  readonly kinds: ProtocolsByKind;
  /** The recording was cut short. */
  readonly unfinished: boolean;
  readonly restore: Restore;
  warn(sentence: string): void;
}

export function readMocks({ paths, kinds, unfinished, restore, warn }: MocksSource): MockEntry[] {
  const file = paths.mocks;
  const entries: MockEntry[] = [];
  if (!existsSync(file)) return entries;
  const missing = new Map<string, number>();
  const intern = interner();
  let held = 0;
  let garbage = 0;
  for (const document of readDocuments(file)) {
    if (unfinished && document.last && !isWhole(document.text) && !isKeploy(document.text)) {
      warn(`The last mock in ${basename(file)} was cut off while it was written, and is left out.`);
      break;
    }
    const origin = originOf(file, document.offset);
    const stored = parse(document.text, origin);
    const protocol = kinds.get(stored.kind);
    if (protocol === undefined) {
      if (stored.from === "reprise") throw unknownKind(stored.kind, kinds, `${file}:${origin.line()}`);
      missing.set(stored.kind, (missing.get(stored.kind) ?? 0) + 1);
      continue;
    }
    const spec = readSpec(protocol, { ...stored, text: document.text, origin, assets: paths.assets, restore });
    held += document.length;
    garbage += document.length;
    if (garbage > GARBAGE) {
      Bun.gc(true);
      garbage = 0;
    }
    entries.push(
      entryOf(
        { stored, protocol, spec, document, order: entries.length, keep: held <= HELD, paths, origin, restore },
        intern,
      ),
    );
  }
  for (const [kind, count] of missing) {
    warn(
      `${count === 1 ? "A mock" : `${count} mocks`} of kind ${kind} cannot be used: there is no protocol for it here.`,
    );
  }
  return inOrderAsked(entries);
}

/**
 * Exchanges are written as they finish; replay asks in the order in which they began. One that does not say when goes
 * with the one before it.
 */
function inOrderAsked(entries: readonly MockEntry[]): MockEntry[] {
  let at = 0;
  const timed = entries.map((entry) => ({ entry, at: (at = entry.startedAt === 0 ? at : entry.startedAt) }));
  timed.sort((a, b) => a.at - b.at);
  return timed.map(({ entry }, order) => ({ ...entry, order }));
}

interface Read {
  readonly stored: StoredMock;
  readonly protocol: Protocol;
  readonly spec: unknown;
  readonly document: Document;
  readonly order: number;
  readonly keep: boolean;
  readonly paths: TestSetPaths;
  readonly origin: Origin;
  readonly restore: Restore;
}

/** In a function of its own: loaders keep it, and must not keep the document's text with it. */
const originOf = (file: string, offset: number): Origin => ({ file, line: () => lineOf(file, offset) });

/** A closure over the whole of `Read` would hold the text; the loader gets only what it needs. */
function entryOf(
  { stored, protocol, spec, document, order, keep, paths, origin, restore }: Read,
  intern: Intern,
): MockEntry {
  const { name, destination, connection, reuse, noise, startedAt, endedAt } = stored;
  const { digest, shape } = digestKey(protocol.key(spec));
  const span: Span = { offset: document.offset, length: document.length };
  return {
    name,
    order,
    protocol: protocol.name,
    key: { digest, shape: intern.text(shape) },
    destination: destination === null || protocol.isAnywhere ? null : intern.destination(destination),
    ...(connection === "" ? {} : { connection: intern.text(connection) }),
    reuse,
    startedAt,
    endedAt,
    ...(Object.keys(noise).length === 0 ? {} : { noise: intern.noise(noise) }),
    load: keep && document.length < 256 << 10 ? () => spec : again({ paths, span, name, protocol, origin, restore }),
  };
}

interface Again extends Pick<Read, "paths" | "protocol" | "origin" | "restore"> {
  readonly span: Span;
  readonly name: string;
}

function again({ paths, span, name, protocol, origin, restore }: Again): () => unknown {
  return () => {
    const text = readSpan(paths.mocks, span);
    const stored = parse(text, origin);
    if (stored.name === name) return readSpec(protocol, { ...stored, text, origin, assets: paths.assets, restore });
    throw new FormatError("format.yaml", `${paths.mocks} was changed while it was in use.`, paths.mocks, {
      hint: "Run again.",
    });
  };
}

function parse(text: string, origin: Origin): StoredMock {
  const document = readYaml(text, origin);
  try {
    return readMock(document, origin.file);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const where = `${origin.file}:${origin.line()}`;
    throw new FormatError(error.code as "format.yaml", error.message.replace(origin.file, where), where, {
      hint: error.hint,
      cause: error,
    });
  }
}

interface Intern {
  text(text: string): string;
  destination(to: NonNullable<MockEntry["destination"]>): NonNullable<MockEntry["destination"]>;
  noise(rules: NoiseRules): NoiseRules;
}

/** Shapes, destinations and what was learned repeat; one copy of each is enough. */
function interner(): Intern {
  const texts = new Map<string, string>();
  const places = new Map<string, NonNullable<MockEntry["destination"]>>();
  const rules = new Map<string, NoiseRules>();
  return {
    text(text) {
      const held = texts.get(text);
      if (held === undefined) texts.set(text, text);
      return held ?? text;
    },
    noise(given) {
      const name = JSON.stringify(given);
      const held = rules.get(name);
      if (held === undefined) rules.set(name, given);
      return held ?? given;
    },
    destination(to) {
      const name = `${to.host} ${to.address} ${to.port}`;
      const held = places.get(name);
      if (held === undefined) places.set(name, to);
      return held ?? to;
    },
  };
}
