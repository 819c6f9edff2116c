/**
 * What a command and an environment name: words that may be paths, also inside of connection strings and options, and
 * what may be a store's password. Pure text; whether such a file is there is looked at elsewhere.
 */
import { isAbsolute, join } from "node:path";

/** Where a path may begin and end: shell syntax, `key=value`, URLs and their parameters, lists with colons. */
const BETWEEN = /[\s"'`=&?;,|<>(){}[\]]+/;
const SCHEME = /^[a-z][a-z0-9+.-]*:(?:\/\/)?(?=\/)/i;

/** Paths that a text may name, made absolute. */
export function pathsIn(text: string, surroundings: { readonly cwd: string; readonly home: string | null }): string[] {
  const words = text.split(BETWEEN).flatMap((word) => [word, ...word.split(":")]);
  const paths = words.flatMap((word) => {
    const path = expanded(decoded(word).replace(SCHEME, ""), surroundings.home);
    if (path === null || path === "" || path.length > 4_096 || path.includes("\0")) return [];
    return [isAbsolute(path) ? path : join(surroundings.cwd, path)];
  });
  return [...new Set(paths)];
}

function expanded(word: string, home: string | null): string | null {
  const inHome = /^(?:~|\$HOME|\$\{HOME\})(?=\/)/.exec(word);
  if (inHome === null) return word.startsWith("-") ? null : word;
  return home === null ? null : home + word.slice(inHome[0].length);
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

const MOST_PASSWORDS = 8;

/** Options of a command, and lines of settings (`trust-store-password: …`). */
const PASSWORD = /(?:trust|key)[-_.]?store[-_.]?pass(?:word|wd)?["']?(?:=|\s*[:=]\s*)["']?([^\s"'&;]+)/gi;

/** What may open a store: what the texts and the environment call so, and what Java's tools propose. */
export function passwordsIn(texts: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const options = [...texts, ...Object.values(env)].flatMap((text) =>
    [...text.matchAll(PASSWORD)].map(([, value = ""]) => value),
  );
  const named = Object.entries(env).flatMap(([name, value]) =>
    /(?:TRUST|KEY|CERT|CA|SSL|TLS|JKS|P12|PFX).*PASS/i.test(name) ? [value] : [],
  );
  return [...new Set([...options, ...named, "changeit", "", "changeme", "password"])].slice(0, MOST_PASSWORDS);
}
