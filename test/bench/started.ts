/**
 * A program that a bench has started: where it writes, whether it listens, how much memory it ever held. It is ended with
 * the scope that holds it. Its lines go to a file, so that reading them costs the bench nothing.
 */
import { closeSync, openSync, readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { appPids } from "../support/traces.ts";

/** What a program is started with; the environment is added to ours. */
export interface Start {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly log: string;
}

const MEMORY_MS = 50;
const CONNECT_MS = 1;
const MEGABYTE = 1 << 20;

export class Started implements AsyncDisposable {
  readonly #child: Bun.Subprocess;
  readonly #command: string;
  readonly #watch: ReturnType<typeof setInterval>;
  readonly log: string;
  #peakBytes = 0;

  constructor({ command, env = {}, cwd = "/", log }: Start) {
    const file = openSync(log, "w");
    this.log = log;
    this.#command = command.join(" ");
    this.#child = Bun.spawn([...command], { cwd, env: { ...process.env, ...env }, stdio: ["ignore", file, file] });
    closeSync(file);
    this.#watch = setInterval(() => this.#measure(), MEMORY_MS);
    void this.#child.exited.then(() => clearInterval(this.#watch));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The most that was ever resident, in MB, as the kernel counts it. */
  get peakMegabytes(): number {
    return this.#peakBytes / MEGABYTE;
  }

  /** Resolves with its exit code. */
  get exited(): Promise<number> {
    return this.#child.exited;
  }

  /** Until it takes connections on that port; throws when it ends before. */
  async listens(port: number): Promise<void> {
    while (!(await canConnect(port))) {
      if (this.#child.exitCode !== null) throw new Error(`${this.#command} ended: ${this.said()}`);
      await Bun.sleep(CONNECT_MS);
    }
  }

  /** All that it has said on both streams. */
  said(): string {
    return readFileSync(this.log, "utf8");
  }

  /** Sends the signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<number> {
    this.#measure();
    this.#child.kill(signal);
    return await this.#child.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watch);
    // A recording that is killed leaves its app alive.
    const outliving = appPids(this.pid);
    this.#child.kill("SIGKILL");
    await this.#child.exited;
    for (const pid of outliving) kill(pid);
  }

  #measure(): void {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
      const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
      this.#peakBytes = Math.max(this.#peakBytes, kilobytes * 1024);
    } catch {
      // It has ended.
    }
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended with the recording.
  }
};

const canConnect = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
