/**
 * The texts that say how the app is started and what it is told: its command, the scripts and sources that the command
 * names, and the usual files of settings in its directory. Read for the paths in them; bounded, and nothing is executed.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Surroundings } from "./runtimes.ts";
import { bytesOf } from "./system.ts";
import { pathsIn } from "./words.ts";

const MOST_BYTES = 64 << 10;
const MOST_FILES = 64;
const USUAL =
  /^(?:\.env(?:\.[\w-]+)?|Procfile|package\.json|application(?:-\w+)?\.(?:ya?ml|properties)|[Mm]akefile|justfile|pyproject\.toml|docker-entrypoint\.sh)$/;

/** The command first. */
export function textsOf({ command, cwd, home }: Surroundings): string[] {
  const named = pathsIn(command, { cwd, home });
  const usual = namesIn(cwd).filter((name) => USUAL.test(name));
  const paths = new Set([...named, ...usual.map((name) => join(cwd, name))]);
  const texts = [...paths].flatMap((path) => {
    const bytes = bytesOf(path, MOST_BYTES);
    return bytes === undefined || bytes.includes(0) ? [] : [Buffer.from(bytes).toString("utf8")];
  });
  return [command, ...texts.slice(0, MOST_FILES)];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
