/**
 * What the app's surroundings say by name: `DB_PASSWORD=…` in its environment, `apiKey: …` in its settings, the password of an
 * address. A secret that is among them need not be kept for replay, since the app is started with it again; and what is
 * written there may be looked for in the traffic before any name betrays it.
 */
import { classOfName } from "./names.ts";
import { isTrivial, looksRandom } from "./strength.ts";

/** A value by where it comes from: a name, or a name and the part of it (`DATABASE_URL#password`). */
export interface KnownValue {
  readonly source: string;
  readonly value: string;
  /** Its name says that it is a secret. */
  readonly isSecret: boolean;
}

const NAMED =
  /^\s*(?:export\s+|const\s+|let\s+|var\s+)?["']?([A-Za-z_][\w.-]*)["']?\s*(?::=|[:=])\s*(?:"([^"]*)"|'([^']*)'|(.*?))[\s,;]*$/;
const ENVIRONMENT = /^([A-Za-z_]\w*)=(?!["'])([^]*)$/;
const ADDRESS = /:\/\/[^\s/?#:@"'<>]*:([^\s/?#@"'<>]+)@/;
/** `STRIPE_KEY` says more in an environment than `key` does in a body. */
const KEY = /^(?!.*(?:PUBLIC|PUBLISH|CACHE|SORT|PARTITION))\w+_KEY$/i;
const VALUES_MOST = 1000;

/** The first of a name counts: the environment stands before files. */
export function valuesIn(surroundings: readonly string[]): ReadonlyMap<string, KnownValue> {
  const found = new Map<string, KnownValue>();
  const add = (source: string, value: string, isSecret: boolean): void => {
    if (value === "" || found.has(source) || found.size >= VALUES_MOST) return;
    found.set(source, { source, value, isSecret: isSecret && !isTrivial(value) && !isPlace(source, value) });
  };
  for (const text of surroundings) {
    const [, name, value] = ENVIRONMENT.exec(text) ?? namedIn(text);
    if (name === undefined || value === undefined) continue;
    const kind = classOfName(name);
    add(name, value, kind === "secret" || ((kind === "doubtful" || KEY.test(name)) && looksRandom(value)));
    const password = ADDRESS.exec(value)?.[1];
    if (password !== undefined) add(`${name}#password`, decoded(password), true);
  }
  return found;
}

/** `PWD` is no password, and a path to a secret is none either. */
const isPlace = (name: string, value: string): boolean =>
  /^(?:OLD)?PWD$/.test(name) || /^(?:~|\.{0,2})\/[\w.~@/-]*$/.test(value);

const namedIn = (text: string): readonly (string | undefined)[] => {
  const [whole, name, doubled, single, bare] = NAMED.exec(text) ?? [];
  return [whole, name, doubled ?? single ?? bare];
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
