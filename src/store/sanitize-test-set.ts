/**
 * Takes the secrets out of a recording that was made without, or by a Reprise or another tool that knew fewer of them. Names
 * that stand in it already stay. Values are kept before anything is taken out, so that none is lost whatever happens.
 */
import { existsSync, readFileSync } from "node:fs";
import { DocumentRedactor } from "../core/secrets/document-redactor.ts";
import { Redactor, type RedactorOptions } from "../core/secrets/redactor.ts";
import { Restorer } from "../core/secrets/restorer.ts";
import { testSetPaths } from "./layout.ts";
import type { RedactedKinds } from "./redaction.ts";
import { rewriteDocument } from "./rewrite-document.ts";
import { rewriteTestSet, type Rewritten } from "./rewrite-test-set.ts";
import { readSecrets, writeSecrets } from "./secret-files.ts";
import { type Owner, writeWhole } from "./write-file.ts";

export interface Sanitized extends Rewritten {
  /** How many secrets are taken out in all, by kind. */
  readonly redacted: RedactedKinds;
  /** The same for text that is not read back, as reports. */
  readonly known: (text: string) => string;
}

/** `root` is the folder of the recordings, `dir` that of the test set. */
export function sanitizeTestSet(root: string, dir: string, options: RedactorOptions, owner: Owner): Sanitized {
  const paths = testSetPaths(dir);
  const stored = readSecrets(paths);
  const restore = new Restorer(stored, []);
  const redactor = new Redactor(options);
  redactor.vault.adopt(restore.secrets().filter(({ name }) => stored.shapes.has(name)));
  const rewriting = { redactor: new DocumentRedactor(redactor), restore, owner };
  const isSuspect = (text: string): boolean => redactor.isSuspect(text);
  // What shows itself late may stand in what was read before.
  const before = redactor.vault.all.length;
  rewriteTestSet(paths, { ...rewriting, isSuspect, isTrial: true });
  redactor.vault.relate();
  const { all } = redactor.vault;
  if (all.length > before) {
    const named = new Set(all.map(({ name }) => name));
    const kept = new Map([...stored.values].filter(([name]) => !named.has(name)));
    writeSecrets(root, paths, { secrets: all, kept }, owner);
  }
  const rewritten = rewriteTestSet(paths, { ...rewriting, isSuspect: (text) => isSuspect(text) || redactor.vault.mayHold(text) }); // prettier-ignore
  if (existsSync(paths.config)) {
    const put = () => {};
    const config = rewriteDocument(readFileSync(paths.config, "utf8"), { ...rewriting, assets: paths.assets, put });
    if (config !== null) writeWhole(paths.config, config, owner);
  }
  const redacted: Record<string, number> = {};
  for (const { kind } of redactor.vault.all) redacted[kind] = (redacted[kind] ?? 0) + 1;
  return { ...rewritten, redacted, known: (text) => redactor.known(text) };
}
