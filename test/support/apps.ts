/** The services of `test/apps`, each as the command that starts it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppUnderTest } from "./reprise.ts";

/** The folder of the apps. */
export const apps = join(import.meta.dir, "../apps");

/** The languages in which the gateway is written. */
export const languages = ["node", "python", "go"] as const;
export type Language = (typeof languages)[number];

let builds: string | undefined;

/** A Go program of `test/apps`, built once for this process. */
export function goProgram(folder: string): string {
  if (builds === undefined) {
    const made = mkdtempSync(join(tmpdir(), "reprise-go-"));
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
    builds = made;
  }
  const output = join(builds, folder.replaceAll("/", "-"));
  const env = { ...process.env, GO111MODULE: "off" };
  const built = Bun.spawnSync(["go", "build", "-o", output, join(apps, folder, "main.go")], { env, stderr: "pipe" });
  if (!built.success) throw new Error(`go build ${folder}: ${built.stderr.toString()}`);
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
