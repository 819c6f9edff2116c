/** `reprise record` around a case: started, ended with Ctrl-C, what is then in its recording, and `reprise test` with it. */
import { join } from "node:path";
import type { RunResult } from "../../src/core/run-result.ts";
import { latestReport } from "../support/reprise.ts";
import type { Case, Running, Workplace } from "./cases.ts";
import { freePort, Started } from "./started.ts";

/** A finished recording. */
export interface Recorded {
  /** The folder that was given with `-p`. */
  readonly path: string;
  readonly tests: number;
  readonly mocks: number;
  readonly peakMegabytes: number;
  /** From Ctrl-C to the end: what was not yet decoded, and writing it all. */
  readonly tailSeconds: number;
  /** Warnings: connections not read, pieces lost. */
  readonly warnings: readonly string[];
}

export class Recording implements Running {
  readonly port: number;
  readonly process: Started;
  readonly path: string;

  private constructor(port: number, process: Started, path: string) {
    this.port = port;
    this.process = process;
    this.path = path;
  }

  /** `flags` are more of record's; `path` is a folder that may hold recordings already. */
  static async start(
    on: Case,
    place: Workplace,
    binary: string,
    { flags = [], path = place.fresh() }: { readonly flags?: readonly string[]; readonly path?: string } = {},
  ): Promise<Recording> {
    const port = await freePort();
    const process = new Started({
      command: [binary, "record", "--no-denoise", "-p", path, ...flags, "-c", on.command],
      env: on.env(port, on.dependencyPort),
      cwd: path,
      log: join(path, "record.log"),
    });
    const recording = new Recording(port, process, path);
    await process.listens(port);
    return recording;
  }

  async finish(): Promise<Recorded> {
    const from = performance.now();
    const code = await this.process.end("SIGINT");
    const tailSeconds = (performance.now() - from) / 1000;
    const said = this.process.said();
    const counts = /: (\d+) tests?, (\d+) mocks? in /.exec(said);
    if (code !== 0 || counts === null) throw new Error(`reprise record ended with ${code}: ${said.slice(-2000)}`);
    return {
      path: this.path,
      tests: Number(counts[1]),
      mocks: Number(counts[2]),
      peakMegabytes: this.process.peakMegabytes,
      tailSeconds,
      warnings: said.split("\n").filter((line) => line.startsWith("warning:")),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
  }
}

/** A recording that is to be replayed. */
export interface Replay {
  readonly binary: string;
  readonly path: string;
  /** Of the service. */
  readonly port: number;
  /** How many tests it has. */
  readonly count: number;
  /** Added to the case's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A replay in which all was green: what it took as a whole, and its report. */
export interface Replayed {
  readonly tookMs: number;
  readonly peakMegabytes: number;
  readonly report: RunResult;
}

/** Replays it once, and throws where anything is not green. */
export async function replayed(
  on: Case,
  place: Workplace,
  { binary, path, port, count, env = {} }: Replay,
): Promise<Replayed> {
  const from = performance.now();
  await using test = new Started({
    command: [binary, "test", "-p", path, "-c", on.command],
    env: { ...on.env(port, on.dependencyPort), ...env },
    cwd: path,
    log: place.file("test.log"),
  });
  const code = await test.exited;
  const tookMs = performance.now() - from;
  const report = latestReport(path);
  const { verdict, totals } = report;
  if (code !== 0 || verdict !== "passed" || totals.passed !== count) {
    throw new Error(`reprise test ended with ${code}, ${totals.passed} of ${count} passed: ${test.said().slice(-2000)}`); // prettier-ignore
  }
  return { tookMs, peakMegabytes: test.peakMegabytes, report };
}
