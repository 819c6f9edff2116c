/**
 * The two files of a test set about its secrets. `secret.yaml` has the values, is readable by its owner alone and ignored by
 * git; `placeholders.yaml` has their forms and nothing of them, and goes wherever the tests go. Either may be missing.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredSecrets } from "../core/secrets/restorer.ts";
import type { Secret, Shape } from "../core/secrets/vault.ts";
import { writeYaml } from "../lib/text/yaml-writer.ts";
import { migrate, versionText } from "./migrate.ts";
import { type Fields, fieldsOf, fieldsOrNone, isFields, textOr } from "../core/plain-data.ts";
import { readText } from "./read-text.ts";
import { readYaml, wholeFile } from "./read-yaml.ts";
import { makeFolder, type Owner, writePrivate, writeWhole } from "./write-file.ts";

const VALUES_HEAD = "# The values of {{secret.NAME}} in this test set. Keep this file to yourself: git ignores it.\n";
const SHAPES_HEAD =
  "# What stands for {{secret.NAME}} where secret.yaml is missing: the form of each value, nothing of the value itself.\n";

/** Where they are. */
export interface SecretPaths {
  readonly secrets: string;
  readonly placeholders: string;
}

/** What there is to write. */
export interface WrittenSecrets {
  readonly secrets: readonly Secret[];
  /** Values that no placeholder names. */
  readonly kept: ReadonlyMap<string, string>;
}

/** Both files, once git leaves the first one out; what would be empty is not written. `root`: the folder of the recordings. */
export function writeSecrets(root: string, paths: SecretPaths, { secrets, kept }: WrittenSecrets, owner: Owner): void {
  const values: Record<string, string> = {};
  // What is put together from others needs no value of its own.
  for (const { name, value, shape } of secrets) if (shape.text === undefined) values[name] = value;
  for (const [name, value] of kept) values[name] = value;
  if (Object.keys(values).length > 0) {
    ignoreSecrets(root, owner);
    writePrivate(paths.secrets, VALUES_HEAD + writeYaml(values), owner);
  }
  if (secrets.length === 0) return;
  const shapes = Object.fromEntries(secrets.map(({ name, shape }) => [name, shape]));
  const document = { version: versionText, kind: "Placeholders", placeholders: shapes };
  writeWhole(paths.placeholders, SHAPES_HEAD + writeYaml(document), owner);
}

/** What there is of them. */
export function readSecrets(paths: SecretPaths): StoredSecrets {
  return { values: valuesOf(paths.secrets), shapes: shapesOf(paths.placeholders) };
}

function valuesOf(path: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(fieldsOrNone(contentOf(path)))) {
    if (typeof value === "string" || typeof value === "number") values.set(name, String(value));
  }
  return values;
}

function shapesOf(path: string): ReadonlyMap<string, Shape> {
  const content = contentOf(path);
  if (content === null) return new Map();
  const { document } = migrate(fieldsOf(content, path), path);
  return new Map(
    Object.entries(fieldsOrNone(document["placeholders"])).map(([name, value]) => [name, shapeOf(fieldsOrNone(value))]),
  );
}

function shapeOf(fields: Fields): Shape {
  const { like, text, jwt, hash, from } = fields;
  return {
    ...(typeof like === "string" ? { like } : {}),
    ...(typeof text === "string" ? { text } : {}),
    ...(typeof from === "string" ? { from } : {}),
    ...(isFields(hash) ? { hash: { of: textOr(hash["of"], ""), by: textOr(hash["by"], "") } } : {}),
    ...(isFields(jwt)
      ? { jwt: { header: textOr(jwt["header"], "{}"), payload: textOr(jwt["payload"], "{}"), signature: textOr(jwt["signature"], "") } } // prettier-ignore
      : {}),
  };
}

const contentOf = (path: string): unknown =>
  existsSync(path) ? (readYaml(readText(path), wholeFile(path)) ?? {}) : null;

const IGNORED = "secret.yaml";

/** Has git leave out what must not be committed, whatever else the file says. */
export function ignoreSecrets(root: string, owner: Owner): void {
  makeFolder(root, owner);
  const path = join(root, ".gitignore");
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (before.split(/\r?\n/).some((line) => line.trim() === IGNORED)) return;
  const apart = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  writeWhole(path, `${apart}${IGNORED}\n`, owner);
}
