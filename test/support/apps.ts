/** The services of `test/apps`, each as the command that starts it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { AppUnderTest } from "./reprise.ts";

/** The folder of the apps. */
export const apps = join(import.meta.dir, "../apps");

/** The languages in which the gateway is written. */
export const languages = ["node", "python", "go"] as const;
export type Language = (typeof languages)[number];

const built = new Map<string, string>();

/**
 * A Go program of `test/apps`, alone or of the module in the folder above it, built once for this process and kept in `dist`;
 * `own` is what the compiler's environment has besides.
 */
export function goProgram(folder: string, own: Readonly<Record<string, string>> = {}): string {
  const before = built.get(folder);
  if (before !== undefined) return before;
  const output = join(import.meta.dir, "../../dist/test-apps", folder.replaceAll("/", "-"));
  const isOfModule = existsSync(join(apps, folder, "../go.mod"));
  const env = { ...process.env, ...(isOfModule ? {} : { GO111MODULE: "off" }), ...own };
  const build = Bun.spawnSync(["go", "build", "-o", output, "."], { cwd: join(apps, folder), env, stderr: "pipe" });
  if (!build.success) throw new Error(`go build ${folder}: ${build.stderr.toString()}`);
  built.set(folder, output);
  return output;
}

const commands: Readonly<Record<Language, () => string>> = {
  node: () => `exec node ${join(apps, "gateway/gateway.mjs")}`,
  python: () => `exec python3 ${join(apps, "gateway/gateway.py")}`,
  go: () => `exec ${goProgram("gateway/go")}`,
};

/** The gateway: it asks its dependency what it is asked. */
export function gateway(language: Language, port: number, dependency: string): AppUnderTest {
  return { command: commands[language](), env: { PORT: String(port), DEPENDENCY: dependency } };
}
