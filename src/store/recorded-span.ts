/** When a test set was recorded, without reading its tests and mocks; a set that does not say is one of no instants. */
import { readFileSync } from "node:fs";
import { readConfig } from "./config.ts";
import { testSetPaths } from "./layout.ts";
import { readYaml, wholeFile } from "./read-yaml.ts";

/** First and last instant in milliseconds since the epoch, or those of them that are known. */
export function recordedSpan(dir: string): number[] {
  const { config: path } = testSetPaths(dir);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  const { startedAt, endedAt } = readConfig(readYaml(text, wholeFile(path)), path);
  return [startedAt, endedAt].filter((instant) => instant !== null);
}
