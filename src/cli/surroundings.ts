/**
 * What the app may have been told: its environment, its command, `.env` files in its directory and its user's password
 * file, a line or a word each. Sessions look there for what only the app and its server know. It is never written.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { App } from "./app.ts";

const MOST_BYTES = 64 << 10;

/** `NAME=value` of the environment first. */
export const surroundingsOf = ({ command, cwd, env, user }: App): string[] => {
  const home = user?.home ?? env["HOME"];
  const passwords = env["PGPASSFILE"] ?? (home === undefined ? undefined : join(home, ".pgpass"));
  const files = [...dotEnvFiles(cwd), ...(passwords === undefined ? [] : [passwords])];
  return [...Object.entries(env).map(([name, value]) => `${name}=${value}`), command, ...files.flatMap(linesOf)];
};

const dotEnvFiles = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => /^\.env(?:\.[\w-]+)?$/.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
};

const linesOf = (path: string): string[] => {
  try {
    const facts = statSync(path);
    if (!facts.isFile() || facts.size > MOST_BYTES) return [];
    return readFileSync(path, "utf8")
      .split(/\r?\n/)
      .map((line) => line.trim().replace(/^export\s+/, ""))
      .filter((line) => line !== "" && !line.startsWith("#"));
  } catch {
    return [];
  }
};
