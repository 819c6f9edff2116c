/**
 * The words in an app's surroundings that may be its database's password: its environment, its command, lines of its
 * password file. Which of them is the right one is found out by what the app proves with it; none is kept or shown.
 */
import { type Salted, type ScramKeys, scramKeys } from "./scram.ts";

const CANDIDATES_MOST = 300;
/** Rounds of hashing that a search may cost at most: about half a second. */
const ROUNDS_MOST = 1_000_000;

/** A password as a server keeps it, and what of it that is salted. */
export interface SaltedPassword extends Salted {
  /** Without it, the password itself. */
  readonly secretOf?: (password: string) => string;
}

/** Finds the keys of whoever knows one of the candidates. */
export class Passwords {
  readonly #candidates: readonly string[];
  readonly #keys = new Map<string, Map<string, ScramKeys>>();

  constructor(surroundings: readonly string[]) {
    this.#candidates = candidates(surroundings);
  }

  get isEmpty(): boolean {
    return this.#candidates.length === 0;
  }

  /** The first keys for a server's salt that are accepted; what was worked out for a salt is remembered. */
  keysFor(salted: SaltedPassword, accepts: (keys: ScramKeys) => boolean): ScramKeys | null {
    const { hash, salt, iterations, secretOf = (password) => password } = salted;
    const id = `${hash} ${iterations} ${Buffer.from(salt).toString("base64")}`;
    const worked = this.#keys.get(id) ?? new Map<string, ScramKeys>();
    this.#keys.set(id, worked);
    const most = Math.floor(ROUNDS_MOST / iterations);
    for (const secret of this.#candidates.slice(0, most).map(secretOf)) {
      const keys = worked.get(secret) ?? scramKeys(secret, salted);
      worked.set(secret, keys);
      if (accepts(keys)) return keys;
    }
    return null;
  }
}

const known = new WeakMap<readonly string[], Passwords>();

/** One for all connections of an app, since working out keys takes time. */
export function passwordsIn(surroundings: readonly string[]): Passwords {
  const before = known.get(surroundings);
  if (before !== undefined) return before;
  const passwords = new Passwords(surroundings);
  known.set(surroundings, passwords);
  return passwords;
}

/** The likely ones first: what stands where a password belongs, then whole values, then single words. */
export function candidates(surroundings: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const finder of [inAddresses, byName, inPasswordFile, wholeValue, words]) {
    for (const text of surroundings) for (const each of finder(text)) if (isPlausible(each)) found.add(each);
  }
  return [...found].slice(0, CANDIDATES_MOST);
}

const isPlausible = (text: string): boolean => text.length > 0 && text.length <= 256;

/** `scheme://user:password@host`. */
function inAddresses(text: string): readonly string[] {
  return [...text.matchAll(/:\/\/[^\s/@:]*:([^\s/]*)@/g)].flatMap(([, password = ""]) => decoded(password));
}

/** `password=secret`, `MONGO_PASSWORD='se cret'`, `"DB_PASS": "secret"`. */
function byName(text: string): readonly string[] {
  const pattern = /[\w.-]*(?:pass|pwd|secret)[\w.-]*["']?\s*[=:]\s*(?:'((?:\\.|[^'\\])*)'|"([^"]*)"|([^\s&;,'"]+))/gi;
  return [...text.matchAll(pattern)].flatMap(([, quoted, doubled, bare]) =>
    quoted === undefined ? decoded(doubled ?? bare ?? "") : [quoted.replace(/\\(.)/g, "$1")],
  );
}

/** `host:port:database:user:password`, colons and backslashes in them escaped. */
function inPasswordFile(line: string): readonly string[] {
  const parts = line.split(/(?<!\\):/);
  return parts.length === 5 ? [(parts[4] ?? "").replace(/\\(.)/g, "$1")] : [];
}

function wholeValue(text: string): readonly string[] {
  const value = /^[A-Za-z_]\w*=([^]*)$/.exec(text)?.[1];
  return [value ?? text];
}

function words(text: string): readonly string[] {
  return text.split(/[\s'"=,;]+/);
}

/** As it stands, and as an address would have it. */
function decoded(text: string): readonly string[] {
  if (!text.includes("%")) return [text];
  try {
    return [decodeURIComponent(text), text];
  } catch {
    return [text];
  }
}
