/**
 * Redaction of a test set while it is written: each spec on its way to its file, what was written before a secret showed itself
 * at the end, and the two files that hold what stands for what. Without it nothing is taken out, and only what looks like
 * a placeholder is marked.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DocumentRedactor, escapedDocument } from "../core/secrets/document-redactor.ts";
import type { Redactor } from "../core/secrets/redactor.ts";
import { slug, type TestSetPaths } from "./layout.ts";
import { rewriteTestSet } from "./rewrite-test-set.ts";
import { writeSecrets } from "./secret-files.ts";
import { type Owner, writeWhole } from "./write-file.ts";

/** What was taken out, by kind. */
export type RedactedKinds = Readonly<Record<string, number>>;

export interface Redaction {
  /** A spec as it may be written. */
  spec(spec: unknown): unknown;
  /** A line for people. */
  line(text: string): string;
  /** A name for a file, of a test whose spec has been seen. */
  title(text: string): string;
  /** After the last document; all of them are written. */
  finish(): RedactedKinds;
}

/** `null` takes nothing out. */
export function redactionOf(redactor: Redactor | null, root: string, paths: TestSetPaths, owner: Owner): Redaction {
  if (redactor === null) {
    return { spec: escapedDocument, line: (text) => text, title: (text) => text, finish: () => ({}) };
  }
  return new Redacting(redactor, root, paths, owner);
}

class Redacting implements Redaction {
  readonly #redactor: Redactor;
  readonly #documents: DocumentRedactor;
  readonly #root: string;
  readonly #paths: TestSetPaths;
  readonly #owner: Owner;
  /** A secret showed itself by its name alone after something had been written. */
  #isLate = false;
  #written = 0;

  constructor(redactor: Redactor, root: string, paths: TestSetPaths, owner: Owner) {
    this.#redactor = redactor;
    this.#documents = new DocumentRedactor(redactor);
    this.#root = root;
    this.#paths = paths;
    this.#owner = owner;
    // What shows itself late is in these files until the end: git takes none of them before.
    writeWhole(this.#unfinished, "*\n", owner);
  }

  get #unfinished(): string {
    return join(this.#paths.dir, ".gitignore");
  }

  spec(spec: unknown): unknown {
    const before = this.#redactor.vault.namedCount;
    this.#redactor.vault.takeUsed();
    const redacted = this.#documents.document(spec);
    if (this.#written++ > 0 && this.#redactor.vault.namedCount > before) this.#isLate = true;
    return redacted;
  }

  line(text: string): string {
    return this.#redactor.text(text, "", []);
  }

  title(text: string): string {
    const line = this.line(text);
    // A title has lost what a secret is told by: capitals, signs, its end.
    const plain = slug(line);
    const isHidden = this.#redactor.vault.takeUsed().some((value) => holdsPart(plain, slug(value)));
    return isHidden ? `${plain.split("-")[0] ?? "test"}-by-secret` : line;
  }

  finish(): RedactedKinds {
    const { vault } = this.#redactor;
    const kinds: Record<string, number> = {};
    if (this.#isLate) this.#again();
    vault.relate();
    for (const { kind } of vault.all) kinds[kind] = (kinds[kind] ?? 0) + 1;
    writeSecrets(this.#root, this.#paths, { secrets: vault.all, kept: vault.kept }, this.#owner);
    rmSync(this.#unfinished, { force: true });
    return kinds;
  }

  /** What showed itself late may stand in what was written before. */
  #again(): void {
    const { vault } = this.#redactor;
    rewriteTestSet(this.#paths, {
      redactor: this.#documents,
      restore: vault.restore,
      owner: this.#owner,
      isSuspect: (text) => vault.mayHold(text),
    });
  }
}

const TELLING_PART = 6;

/** Whether a title has a secret in it, or the beginning of one at its end. */
function holdsPart(title: string, secret: string): boolean {
  if (secret.length < TELLING_PART) return title.split("-").includes(secret);
  if (title.includes(secret)) return true;
  for (let length = Math.min(secret.length, title.length); length >= TELLING_PART; length--) {
    if (title.endsWith(secret.slice(0, length))) return true;
  }
  return false;
}
