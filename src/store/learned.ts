/**
 * What a recording learned about the destinations that the app calls, kept in the test set's config.yaml so that the next
 * recording in the same folder starts with it: which speak clear text and need not pass through the proxy, and whose TLS is
 * passed on unread, and why. People may delete entries; they are then learned again.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { FormatError } from "../core/errors.ts";
import { EMPTY_CONFIG, NOTHING_LEARNED, readConfig, type Learned } from "./config.ts";
import { byNumber, testSetPaths } from "./layout.ts";
import { readText } from "./read-text.ts";
import { readYaml, wholeFile } from "./read-yaml.ts";

/** What the last recording that learned anything knew; a file that cannot be read says nothing. */
export function lastLearned(root: string): Learned {
  if (!existsSync(root)) return NOTHING_LEARNED;
  const configs = readdirSync(root)
    .sort(byNumber)
    .map((name) => testSetPaths(join(root, name)).config)
    .filter((path) => existsSync(path))
    .map(configAt)
    .filter(({ learned }) => learned.clear.length > 0 || learned.blind.length > 0)
    .sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
  return configs.at(-1)?.learned ?? NOTHING_LEARNED;
}

function configAt(path: string) {
  try {
    return readConfig(readYaml(readText(path), wholeFile(path)), path);
  } catch (error) {
    if (error instanceof FormatError) return EMPTY_CONFIG;
    throw error;
  }
}
