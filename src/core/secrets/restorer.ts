/**
 * Puts values where placeholders stand: what the app's surroundings have under the name from which the value came, else what
 * was kept, else a stand-in of the same form. Where a stand-in stands, an app that knows the real value differs from the
 * recording and is right: such differences are explained here, each stand-in by one value in the whole run.
 * Counterpart: `redactor.ts`.
 */
import type { Difference } from "../diff.ts";
import { type Encoding, encodings, spellings } from "./encodings.ts";
import { formOf, patternOf, standInOf } from "./form.ts";
import { hashLike } from "./hashes.ts";
import { signatureOf, writeJwt } from "./jwt.ts";
import { valuesIn } from "./known-values.ts";
import { fillPlaceholders, OPENING } from "./placeholders.ts";
import { Scan } from "./scan.ts";
import type { Secret, Shape } from "./vault.ts";

/** What the files of a test set say. */
export interface StoredSecrets {
  readonly values: ReadonlyMap<string, string>;
  readonly shapes: ReadonlyMap<string, Shape>;
}

interface Resolved {
  readonly value: string;
  /** Some of it is made up. */
  readonly isStandIn: boolean;
}

interface StandIn {
  readonly name: string;
  readonly encoding: Encoding | null;
}

const DEEPEST = 8;

export class Restorer {
  readonly #stored: StoredSecrets;
  readonly #sources: ReturnType<typeof valuesIn>;
  readonly #resolved = new Map<string, Resolved>();
  readonly #bound = new Map<string, string>();
  #standIns: Scan<StandIn> | null = null;

  /** `surroundings` as in `Peer`. */
  constructor(stored: StoredSecrets, surroundings: readonly string[]) {
    this.#stored = stored;
    this.#sources = stored.shapes.size === 0 ? new Map() : valuesIn(surroundings);
  }

  /** The text that a file's text stands for. */
  readonly text = (text: string): string => fillPlaceholders(text, this.#valueOf);

  /** The same for bytes, a character a byte; what is filled in has the length that the form says. */
  readonly latin1 = (text: string): string =>
    fillPlaceholders(text, (name, encoding) => {
      const value = this.#valueOf(name, encoding);
      return value === undefined ? undefined : Buffer.from(value).toString("latin1");
    });

  /** Every secret with the value that it has here. */
  secrets(): Secret[] {
    const names = new Set([...this.#stored.shapes.keys(), ...this.#stored.values.keys()]);
    return [...names].map((name) => {
      const shape = this.#stored.shapes.get(name) ?? { like: formOf(this.#stored.values.get(name) ?? "") };
      return { name, kind: name.replace(/-\d+$/, ""), value: this.#atHand(name)?.value ?? "", shape };
    });
  }

  /** Values that are kept here, for whoever looks for passwords in the app's surroundings. */
  surroundings(): string[] {
    return [...this.#stored.values].map(([name, value]) =>
      name.startsWith("env.") ? `${name.slice("env.".length)}=${value}` : value,
    );
  }

  /**
   * Whether nothing differs but real values from their stand-ins, all of them consistently; then it is remembered which
   * value each stands for.
   */
  readonly explains = (differences: readonly Difference[]): boolean => {
    if (differences.length === 0 || this.#stored.shapes.size === 0) return false;
    const bound = new Map<string, string>();
    if (!differences.every((difference) => this.#explainsOne(difference, bound))) return false;
    for (const [name, value] of bound) this.#bound.set(name, value);
    return true;
  };

  #explainsOne({ expected, actual, change }: Difference, bound: Map<string, string>): boolean {
    if (change !== "changed") return false;
    const [left, right] = [textOf(expected), textOf(actual)];
    if (left === undefined || right === undefined) return false;
    const names: string[] = [];
    const pattern = this.#pattern(left, names);
    const match = pattern === null ? null : pattern.exec(right);
    if (match === null) return false;
    return names.every((name, index) => {
      const value = match[index + 1] ?? "";
      const before = bound.get(name) ?? this.#bound.get(name);
      if (before === undefined) bound.set(name, value);
      return before === undefined || before === value;
    });
  }

  /** A pattern of the text with its stand-ins open; `null` where there are none. */
  #pattern(text: string, names: string[]): RegExp | null {
    const hits = this.#scan().of(text)?.needles ?? [];
    if (hits.length === 0) return null;
    let source = "";
    let from = 0;
    for (const { needle, at } of hits.toSorted((a, b) => a.at - b.at || b.needle.text.length - a.needle.text.length)) {
      if (at < from) continue;
      const { name, encoding } = needle.owner;
      source += `${escaped(text.slice(from, at))}(${encoding === null ? this.#form(name) : "[^]+?"})`;
      names.push(encoding === null ? name : `${name}:${encoding}`);
      from = at + needle.text.length;
    }
    return new RegExp(`^${source}${escaped(text.slice(from))}$`);
  }

  #form(name: string): string {
    const shape = this.#stored.shapes.get(name);
    if (shape?.jwt !== undefined) return "[\\w-]+\\.[\\w-]*\\.[\\w-]*";
    return shape?.like === undefined ? "[^]+?" : patternOf(shape.like);
  }

  #scan(): Scan<StandIn> {
    if (this.#standIns !== null) return this.#standIns;
    const scan = new Scan<StandIn>([]);
    for (const name of this.#stored.shapes.keys()) {
      const resolved = this.#atHand(name);
      if (resolved === undefined || !resolved.isStandIn || resolved.value.length < SHORTEST) continue;
      scan.add({ text: resolved.value, owner: { name, encoding: null } });
      for (const { text, encoding } of spellings(resolved.value)) scan.add({ text, owner: { name, encoding } });
    }
    return (this.#standIns = scan);
  }

  readonly #valueOf = (name: string, encoding: Encoding | null): string | undefined => {
    const value = this.#resolve(name)?.value;
    return value === undefined || encoding === null ? value : encodings[encoding](value);
  };

  /** Hashes are meant to take long: only those that somebody has asked for. */
  #atHand(name: string): Resolved | undefined {
    const isSlow = this.#stored.shapes.get(name)?.hash !== undefined && !this.#stored.values.has(name);
    return isSlow ? this.#resolved.get(name) : this.#resolve(name);
  }

  #resolve(name: string, depth = 0): Resolved | undefined {
    const known = this.#resolved.get(name);
    if (known !== undefined || depth > DEEPEST) return known;
    const resolved = this.#find(name, depth);
    if (resolved !== undefined) this.#resolved.set(name, resolved);
    return resolved;
  }

  #find(name: string, depth: number): Resolved | undefined {
    const shape = this.#stored.shapes.get(name);
    const kept = this.#stored.values.get(name);
    const source = shape?.from === undefined ? undefined : this.#sources.get(shape.from)?.value;
    if (shape?.text !== undefined) return this.#filled(shape.text, depth);
    if (shape?.jwt !== undefined) return this.#token(name, shape.jwt, { kept, source, depth });
    const hashed = shape?.hash === undefined ? undefined : this.#resolve(shape.hash.of, depth + 1);
    // What is hashed may be another value than the one that was recorded.
    if (shape?.hash !== undefined && hashed !== undefined && (hashed.isStandIn || kept === undefined)) {
      const value = hashLike(shape.like ?? "", shape.hash.by, hashed.value);
      if (value !== undefined) return { value, isStandIn: true };
    }
    const value = source ?? kept;
    if (value !== undefined) return { value, isStandIn: false };
    return shape?.like === undefined ? undefined : { value: standInOf(shape.like, name), isStandIn: true };
  }

  #filled(text: string, depth: number): Resolved {
    let isStandIn = false;
    const value = fillPlaceholders(text, (inner, encoding) => {
      const resolved = this.#resolve(inner, depth + 1);
      if (resolved === undefined) return undefined;
      isStandIn ||= resolved.isStandIn;
      return encoding === null ? resolved.value : encodings[encoding](resolved.value);
    });
    return { value, isStandIn };
  }

  /** Signed with the app's own key where that is known; the claims are those of the recording in any case. */
  #token(
    name: string,
    jwt: NonNullable<Shape["jwt"]>,
    { kept, source, depth }: { kept: string | undefined; source: string | undefined; depth: number },
  ): Resolved {
    const payload = jwt.payload.includes(OPENING) ? this.#filled(jwt.payload, depth).value : jwt.payload;
    const signed = source === undefined ? undefined : signatureOf({ header: jwt.header, payload }, source);
    if (signed !== undefined) return { value: writeJwt({ ...jwt, payload, signature: signed }), isStandIn: false };
    if (kept !== undefined) return { value: kept, isStandIn: false };
    const signature = standInOf(jwt.signature, name);
    return { value: writeJwt({ header: jwt.header, payload, signature }), isStandIn: true };
  }
}

/** Shorter ones are found by accident. */
const SHORTEST = 4;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : undefined;
}
