/**
 * Takes secrets out of a test set that is on disk: each test, each mock, each large body. Files in which nothing is secret
 * are not written. `isSuspect` may spare the reading of those in which nothing can be.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readDocuments } from "./documents.ts";
import type { TestSetPaths } from "./layout.ts";
import { type Rewriting, rewriteDocument } from "./rewrite-document.ts";
import { type Owner, writePieces, writeWhole } from "./write-file.ts";

export interface RewriteOptions extends Omit<Rewriting, "assets" | "put"> {
  readonly owner: Owner;
  /** Nothing is written: only what is found counts. */
  readonly isTrial?: boolean;
  isSuspect(text: string): boolean;
}

/** What was changed. */
export interface Rewritten {
  readonly tests: number;
  readonly mocks: number;
}

export function rewriteTestSet(paths: TestSetPaths, options: RewriteOptions): Rewritten {
  const { owner, isTrial = false } = options;
  const assets = new Assets(paths.assets, owner);
  const put = isTrial ? () => {} : (name: string, content: string | Uint8Array) => assets.put(name, content);
  const rewriting: Rewriting = { ...options, assets: paths.assets, put };
  const suspectAssets = assets.names.some((name) =>
    options.isSuspect(readFileSync(join(paths.assets, name), "latin1")),
  );
  const rewrite = (text: string): string | null => {
    if (!options.isSuspect(text) && !(suspectAssets && text.includes("$asset"))) return null;
    return rewriteDocument(text, rewriting);
  };
  let tests = 0;
  for (const name of existsSync(paths.tests) ? readdirSync(paths.tests).filter(isYaml) : []) {
    const path = join(paths.tests, name);
    const after = rewrite(readFileSync(path, "utf8"));
    if (after === null) continue;
    if (!isTrial) writeWhole(path, after, owner);
    tests++;
  }
  const mocks = existsSync(paths.mocks) ? rewriteMocks(paths.mocks, rewrite, { owner, isTrial }) : 0;
  if (tests + mocks > 0 && !isTrial) assets.removeUnnamed(paths);
  return { tests, mocks };
}

const isYaml = (name: string): boolean => /^[^.].*\.ya?ml$/.test(name);

/** Read twice, so that a file in which nothing is secret stays the file that it is. */
function rewriteMocks(
  path: string,
  rewrite: (text: string) => string | null,
  { owner, isTrial }: { owner: Owner; isTrial: boolean },
): number {
  const changed = new Map<number, string>();
  for (const { text, offset } of readDocuments(path)) {
    const after = rewrite(text);
    if (after !== null) changed.set(offset, after.startsWith("---") ? after : `---\n${after}`);
  }
  if (changed.size === 0 || isTrial) return changed.size;
  const head = /^(?:#[^\n]*\n)*/.exec(readFileSync(path, "utf8").slice(0, 4096))?.[0] ?? "";
  const pieces = function* (): Generator<string> {
    let isFirst = true;
    for (const { text, offset } of readDocuments(path)) {
      const after = changed.get(offset) ?? text;
      // Comments before the first document are part of it where it has no line of dashes.
      if (isFirst && !after.startsWith(head) && offset > 0) yield head;
      isFirst = false;
      yield after.endsWith("\n") ? after : `${after}\n`;
    }
  };
  writePieces(path, pieces(), owner);
  return changed.size;
}

/** The large bodies: what is put anew, and what nobody names any more. */
class Assets {
  readonly names: readonly string[];
  readonly #folder: string;
  readonly #owner: Owner;

  constructor(folder: string, owner: Owner) {
    this.#folder = folder;
    this.#owner = owner;
    this.names = existsSync(folder)
      ? readdirSync(folder).filter((name) => /^sha256-[0-9a-f]{64}\.\w+$/.test(name))
      : [];
  }

  put(name: string, content: string | Uint8Array): void {
    const path = join(this.#folder, name);
    if (!existsSync(path)) writeWhole(path, content, this.#owner);
  }

  removeUnnamed(paths: TestSetPaths): void {
    if (this.names.length === 0) return;
    const named = new Set<string>();
    const look = (text: string): void => {
      for (const [name] of text.matchAll(/sha256-[0-9a-f]{64}\.\w+/g)) named.add(name);
    };
    for (const name of readdirSync(paths.tests)) look(readFileSync(join(paths.tests, name), "utf8"));
    if (existsSync(paths.mocks)) for (const { text } of readDocuments(paths.mocks)) look(text);
    for (const name of this.names) if (!named.has(name)) rmSync(join(this.#folder, name));
  }
}
