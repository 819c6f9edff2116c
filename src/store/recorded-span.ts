/**
 * When a test set was recorded, without reading all of its tests and mocks: as its configuration says, or else two of its
 * tests. A set that does not say is one of no instants.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "./config.ts";
import { readTest } from "./envelope.ts";
import { testSetPaths } from "./layout.ts";
import { readText } from "./read-text.ts";
import { readYaml, wholeFile } from "./read-yaml.ts";

/** First and last instant in milliseconds since the epoch, or those of them that are known. */
export function recordedSpan(dir: string): number[] {
  const { config, tests } = testSetPaths(dir);
  const told = configured(config);
  return told.length > 0 || !existsSync(tests) ? told : ofTests(tests);
}

function configured(path: string): number[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  const { startedAt, endedAt } = readConfig(readYaml(text, wholeFile(path)), path);
  return [startedAt, endedAt].filter((instant) => instant !== null);
}

/** Recordings of other tools have no more; the first and the last by name will do. */
function ofTests(folder: string): number[] {
  const files = readdirSync(folder).filter((name) => /^[^.].*\.ya?ml$/.test(name));
  const ends = [...new Set([files.toSorted()[0], files.toSorted().at(-1)])].filter((name) => name !== undefined);
  return ends.map((name) => startOf(join(folder, name))).filter((instant) => instant > 0);
}

const startOf = (file: string): number => readTest(readYaml(readText(file), wholeFile(file)), file).startedAt;
