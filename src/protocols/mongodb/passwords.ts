/**
 * The words in an app's surroundings that may be its database's password: connection strings first, then what is named
 * like one, then any. Which is the right one is found out by what the app proves with it; none is kept or shown.
 */
import { type Salted, type ScramKeys, scramKeys } from "./scram.ts";

const CANDIDATES_MOST = 300;
/** Rounds of hashing that a search may cost at most: about half a second. */
const ROUNDS_MOST = 1_000_000;

export class Passwords {
  readonly #candidates: readonly string[];
  readonly #keys = new Map<string, ScramKeys[]>();

  constructor(surroundings: readonly string[]) {
    this.#candidates = candidates(surroundings);
  }

  /** The first keys that are accepted; what was worked out for a user and a salt is remembered. */
  keysFor(salted: Salted, accepts: (keys: ScramKeys) => boolean): ScramKeys | null {
    const user = salted.hash === "sha1" ? salted.user : "";
    const id = `${salted.hash} ${salted.iterations} ${Buffer.from(salted.salt).toString("base64")} ${user}`;
    const worked = this.#keys.get(id) ?? [];
    this.#keys.set(id, worked);
    const most = Math.floor(ROUNDS_MOST / salted.iterations);
    for (const [index, password] of this.#candidates.slice(0, most).entries()) {
      const keys = worked[index] ?? scramKeys(password, salted);
      worked[index] = keys;
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

/** The likely ones first. */
export function candidates(surroundings: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const finder of [inAddresses, byName, wholeValue, words]) {
    for (const text of surroundings) {
      for (const each of finder(text)) if (each.length > 0 && each.length <= 256) found.add(each);
    }
  }
  return [...found].slice(0, CANDIDATES_MOST);
}

/** `mongodb://user:password@host`. */
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

function wholeValue(text: string): readonly string[] {
  return [/^[A-Za-z_]\w*=([^]*)$/.exec(text)?.[1] ?? text];
}

const words = (text: string): readonly string[] => text.split(/[\s'"=,;]+/);

/** As it stands, and as an address would have it. */
function decoded(text: string): readonly string[] {
  if (!text.includes("%")) return [text];
  try {
    return [decodeURIComponent(text), text];
  } catch {
    return [text];
  }
}
