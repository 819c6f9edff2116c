/**
 * The product as its users have it: the compiled binary as a process, with what it says, and the reports that it writes.
 * Nothing here reaches into its modules. A test that needs it fails with a sentence where it has not been built.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunResult } from "../../src/core/run-result.ts";

/** The compiled binary. */
export const binary = join(import.meta.dir, "../../dist/reprise");

/** How a process ended and all that it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a process is started with; the environment is added to ours. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the command: `nsenter …`, `setpriv …`. */
  readonly within?: readonly string[];
}

/** A running process whose lines can be waited for; it is killed when the test's scope ends. */
export class Running implements AsyncDisposable {
  readonly #process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #said = { stdout: "", stderr: "" };
  readonly #waiting = new Set<() => void>();
  readonly ended: Promise<Ended>;
  #hasEnded = false;

  constructor(command: readonly string[], { cwd, env = {}, within = [] }: Surroundings = {}) {
    this.#process = Bun.spawn([...within, ...command], {
      cwd: cwd ?? "/",
      env: { ...process.env, ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.ended = this.#end();
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The first line that matches, as soon as it was said on either stream. */
  async line(pattern: RegExp, mostMs = 60_000): Promise<RegExpExecArray> {
    const { promise, resolve } = Promise.withResolvers<RegExpExecArray | null>();
    const look = () => {
      const found = pattern.exec(this.#said.stdout) ?? pattern.exec(this.#said.stderr);
      if (found !== null || this.#hasEnded) resolve(found);
    };
    const most = setTimeout(() => resolve(null), mostMs);
    this.#waiting.add(look);
    look();
    try {
      const found = await promise;
      if (found !== null) return found;
      throw new Error(`${String(pattern)} was never said, but:\n${this.#said.stdout}\n${this.#said.stderr}`);
    } finally {
      clearTimeout(most);
      this.#waiting.delete(look);
    }
  }

  /** All of one stream so far. */
  said(stream: "stdout" | "stderr"): string {
    return this.#said[stream];
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Resolves with the process's own end, whoever still holds its streams. */
  get exited(): Promise<unknown> {
    return this.#process.exited;
  }

  /** Ends it as Ctrl-C does, and waits. */
  async interrupt(): Promise<Ended> {
    this.kill("SIGINT");
    return await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.exited;
  }

  async #end(): Promise<Ended> {
    const child = this.#process;
    // What it started may hold the streams open longer than it lives itself.
    void this.#read("stdout", child.stdout);
    void this.#read("stderr", child.stderr);
    await child.exited;
    await Promise.race([Promise.all(this.#readers), Bun.sleep(LAST_WORDS_MS)]);
    this.#hasEnded = true;
    for (const look of this.#waiting) look();
    return { code: child.exitCode, signal: child.signalCode as NodeJS.Signals | null, ...this.#said };
  }

  readonly #readers: Promise<void>[] = [];

  #read(name: "stdout" | "stderr", stream: ReadableStream<Uint8Array>): Promise<void> {
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const bytes of stream) {
        this.#said[name] += decoder.decode(bytes, { stream: true });
        for (const look of this.#waiting) look();
      }
    })();
    this.#readers.push(reading);
    return reading;
  }
}

/** How long the streams of an ended process are read where somebody else still holds them. */
const LAST_WORDS_MS = 2_000;

/** Starts `reprise` with these words. */
export function reprise(words: readonly string[], surroundings?: Surroundings): Running {
  if (!existsSync(binary)) throw new Error(`${binary} is not there: scripts/build makes it.`);
  return new Running([binary, ...words], surroundings);
}

/** The app of a test: how it is started and in which environment. */
export interface AppUnderTest {
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly within?: readonly string[];
}

/** How `record` is called. */
export interface Recording {
  readonly words?: readonly string[];
  /** How many the app listens on. */
  readonly ports?: number;
  /** Plays what was recorded to learn what varies, which takes its time. */
  readonly denoise?: boolean;
}

/** `reprise record`, once the app listens on all of its ports. */
export async function startRecording(
  path: string,
  { command, ...surroundings }: AppUnderTest,
  { words = [], ports = 1, denoise = false }: Recording = {},
): Promise<Running> {
  const all = ["record", "-p", path, "-c", command, ...(denoise ? [] : ["--no-denoise"]), ...words];
  const running = reprise(all, { cwd: path, ...surroundings });
  const listens = /The app listens on port \d+/.source;
  await running.line(new RegExp(Array.from({ length: ports }, () => listens).join("[^]*")));
  return running;
}

/** Records what `use` does and ends by Ctrl-C; throws unless that saved it. */
export async function recorded(
  path: string,
  app: AppUnderTest,
  use: () => Promise<unknown>,
  how: Recording = {},
): Promise<Ended> {
  await using running = await startRecording(path, app, how);
  await use();
  const ended = await running.interrupt();
  if (ended.code !== 0) throw new Error(`record ended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`);
  return ended;
}

/** A finished `reprise test` with the report that it wrote. */
export interface Tested extends Ended {
  readonly report: RunResult;
}

/** Runs `reprise test` to its end. */
export async function tested(path: string, app: AppUnderTest, words: readonly string[] = []): Promise<Tested> {
  const { command, ...surroundings } = app;
  await using running = reprise(["test", "-p", path, "-c", command, ...words], { cwd: path, ...surroundings });
  const ended = await running.ended;
  return { ...ended, report: latestReport(path, ended) };
}

/** The newest report.json of the recordings in `path`. */
export function latestReport(path: string, ended?: Ended): RunResult {
  const named = ["reprise", "keploy"].map((root) => join(path, root, "reports/latest/report.json"));
  const file = named.find((each) => existsSync(each));
  if (file === undefined) throw new Error(`no report was written:\n${ended?.stdout ?? ""}\n${ended?.stderr ?? ""}`);
  return JSON.parse(readFileSync(file, "utf8")) as RunResult;
}
