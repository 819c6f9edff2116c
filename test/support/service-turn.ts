/**
 * The whole turn of a service with a real server behind it, by the compiled binary: recorded with the server up, replayed
 * with it stopped, and replayed again by a program that changed. What a service is asked, and what its server holds, is
 * told by redis-turn.ts, mongodb-turn.ts and mysql-turn.ts.
 */
import { expect } from "bun:test";
import type { TestResult } from "../../src/core/run-result.ts";
import type { Folder } from "./folder.ts";
import { freePort } from "./recorded.ts";
import { type AppUnderTest, recorded, type Tested, tested } from "./reprise.ts";

/** A program and what it is asked; it listens on 127.0.0.1:$PORT. */
export interface Turn {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  /** One after another. */
  readonly paths: readonly string[];
  /** Asked at once, after those. */
  readonly concurrent: readonly string[];
  /** Called before the nth of the paths that are asked one after another. */
  readonly before?: ((n: number) => void) | undefined;
}

/** A service that was recorded. */
export interface RecordedService {
  readonly folder: Folder;
  /** What it answered while it was recorded: `/visits` -> [[200, "{…}"], …]. */
  readonly answers: ReadonlyMap<string, readonly (readonly [status: number, body: string])[]>;
  readonly count: number;
  /** What could not be read. */
  readonly warnings: readonly string[];
  /** Replays it, with this change of the program or this environment. */
  replay(env?: Readonly<Record<string, string>>, words?: readonly string[]): Promise<Tested>;
}

/** Records the service; whoever calls ends the server then. */
export async function recordTurn(folder: Folder, turn: Turn): Promise<RecordedService> {
  const port = freePort();
  const answers = new Map<string, (readonly [number, string])[]>();
  const ask = async (path: string): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    answers.set(path, [...(answers.get(path) ?? []), [response.status, await response.text()]]);
  };
  const app = (env: Readonly<Record<string, string>>): AppUnderTest => ({
    command: turn.command,
    env: { PORT: String(port), ...turn.env, ...env },
  });
  const { stdout, stderr } = await recorded(folder.path, app({}), async () => {
    for (const [n, path] of turn.paths.entries()) {
      turn.before?.(n);
      await ask(path);
    }
    await Promise.all(turn.concurrent.map(ask));
  });
  return {
    folder,
    answers,
    count: turn.paths.length + turn.concurrent.length,
    warnings: `${stdout}\n${stderr}`.split("\n").filter((line) => line.trimStart().startsWith("warning:")),
    replay: async (env = {}, words = []) => await tested(folder.path, app(env), words),
  };
}

/** The answers, read as JSON. */
export const answered = ({ answers }: RecordedService): Record<string, [status: number, body: unknown][]> =>
  Object.fromEntries(
    [...answers].map(([path, all]) => [path, all.map(([status, body]) => [status, JSON.parse(body)])]),
  );

/** What a service answers that fails in nothing: `[[200, {…}], …]`. */
export const ok = (...bodies: readonly unknown[]): [status: number, body: unknown][] =>
  bodies.map((body) => [200, body]);

/** That the service itself failed in nothing. */
export function expectNoFailure({ answers }: RecordedService): void {
  expect([...answers].flatMap(([path, each]) => each.filter(([status]) => status >= 500).map(([, body]) => `${path}: ${body}`))).toEqual([]); // prettier-ignore
}

/** That every test is green and no call was missed. */
export function expectGreen({ code, report }: Tested, count: number): void {
  const failed = report.testSets.flatMap(({ tests }) => tests.filter(({ status }) => status !== "passed"));
  const missed = report.testSets.flatMap((set) => set.missed);
  expect({ failed, missed, passed: report.totals.passed, code }).toEqual({ failed: [], missed: [], passed: count, code: 0 }); // prettier-ignore
}

/** That a program which asks something else in that test is caught, and the nearest mock and what differs named. */
export async function expectCaughtIn(
  testCase: string,
  { replay }: RecordedService,
  differs: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const [change, wanted] of Object.entries(differs)) {
    const { code, report, stdout } = await replay({ CHANGE: change }, ["--test-case", testCase]);
    const test = report.testSets[0]?.tests[0] as TestResult;
    const { asked = "?", nearest } = test.missed[0] ?? {};
    expect([code, test.status, nearest?.mock, nearest?.differs]).toEqual([1, "failed", expect.stringMatching(/^mock-\d+$/), wanted] as never); // prettier-ignore
    expect(stdout).toContain(asked);
    expect(stdout).toContain(`nearest is ${nearest?.mock}`);
  }
}
