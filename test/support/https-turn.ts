/** What the tests of HTTPS services have in common: alone, recorded and replayed on a `TlsHost`, as an ordinary user. */
import { expect } from "bun:test";
import { chmodSync, chownSync } from "node:fs";
import { Folder } from "./folder.ts";
import { freePort } from "./recorded.ts";
import { type AppUnderTest, type Ended, Running, startRecording, tested, type Tested } from "./reprise.ts";
import type { Answered, Asked, TlsHost } from "./tls-host.ts";

const NOBODY = 65534;

/** As sudo tells for whom it was called. */
const calledByNobody = { SUDO_UID: String(NOBODY), SUDO_GID: String(NOBODY), SUDO_USER: "nobody" };

/** A recording folder that belongs to an ordinary user. */
export function usersFolder(): Folder {
  const folder = new Folder();
  chmodSync(folder.path, 0o755);
  chownSync(folder.path, NOBODY, NOBODY);
  return folder;
}

const settled = (app: AppUnderTest, port: number) => ({
  ...app.env,
  PORT: String(port),
  API: "https://api.reprise.test",
});

/** What the app answers with nothing of ours near it. */
export async function alone(host: TlsHost, app: AppUnderTest, asked: readonly Asked[]): Promise<Answered[]> {
  const port = freePort();
  const env = { ...settled(app, port), HOME: "/nonexistent" };
  await using running = new Running(["sh", "-c", app.command], { within: host.enterAsNobody(env), env });
  const died = running.ended.then(({ stdout, stderr }) =>
    Promise.reject(new Error(`the app ended: ${stdout}${stderr}`)),
  );
  return await Promise.race([host.ask(port, asked), died]);
}

/** An app that was recorded. */
export interface RecordedHttps {
  readonly path: string;
  readonly app: AppUnderTest;
  readonly answers: readonly Answered[];
  readonly ended: Ended;
}

/** What may be otherwise in a recording. */
export interface RecordingOptions {
  readonly words?: readonly string[];
  readonly how?: "in-turn" | "at-once";
  readonly meanwhile?: (running: Running) => Promise<void>;
  /** As in `Recording`. */
  readonly denoise?: boolean;
}

/** Records these requests; `meanwhile` runs when they are answered and everything is still up. */
export async function recordHttps(
  host: TlsHost,
  path: string,
  made: AppUnderTest,
  asked: readonly Asked[],
  { words = [], how, meanwhile, denoise = false }: RecordingOptions = {},
): Promise<RecordedHttps> {
  const port = freePort();
  const env = { ...settled(made, port), ...calledByNobody };
  const app = { ...made, env, within: [...host.enterWith(env), "-C", path] };
  await using running = await startRecording(path, app, { words, denoise });
  const answers = await host.ask(port, asked, how);
  await meanwhile?.(running);
  const ended = await running.interrupt();
  if (ended.code !== 0) throw new Error(`record ended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`);
  return { path, app, answers, ended };
}

/** Replays all of it with the same settings, or others. */
export async function replayHttps(
  { path, app }: RecordedHttps,
  env: Readonly<Record<string, string>> = {},
  words: readonly string[] = [],
): Promise<Tested> {
  return await tested(path, { ...app, env: { ...app.env, ...env } }, words);
}

/** Every test passed, every call was served, none missed. */
export function expectGreen({ code, stdout, stderr, report }: Tested, tests: number, calls: number): void {
  const failed = report.testSets.flatMap((set) => set.tests).filter(({ status }) => status !== "passed");
  expect([code, failed], `${stdout}\n${stderr}`).toEqual([0, []]);
  expect(report.totals).toEqual({ tests, passed: tests, failed: 0, skipped: 0 });
  expect(report.mocks).toEqual({ recorded: calls, served: calls, missed: 0, unused: 0 });
}
