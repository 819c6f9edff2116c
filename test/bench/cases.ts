/**
 * The services that are measured and what stands behind them, and the three ways in which a load reaches them: alone,
 * behind haproxy in TCP mode on both sides, and under `reprise record`. Each is started for one measurement and ended.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../support/postgres-server.ts";
import { freePort, Started } from "./started.ts";

/** A service that can be started any number of times on a dependency that runs. */
export interface Case {
  readonly name: string;
  /** For a shell. */
  readonly command: string;
  readonly dependencyPort: number;
  /** What the service is started with, to find its dependency at that port. */
  env(port: number, dependencyPort: number): Readonly<Record<string, string>>;
  /** The dependency is asked by TLS: how haproxy takes it apart and puts it together again. */
  readonly sealed?: { readonly bind: string; readonly server: string };
}

/** The folder of one run of the benches; it is gone with the scope. */
export class Workplace implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "reprise-bench-"));
  #count = 0;

  /** An empty folder. */
  fresh(): string {
    const folder = join(this.folder, String(++this.#count));
    mkdirSync(folder);
    return folder;
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A Go program of test/apps, built into the workplace. */
export function goBuild(name: string, place: Workplace): string {
  const output = place.file(name);
  const cwd = join(import.meta.dir, "../apps", name);
  const env = { ...process.env, GO111MODULE: existsSync(join(cwd, "go.mod")) ? "on" : "off", CGO_ENABLED: "0" };
  const built = Bun.spawnSync(["go", "build", "-o", output, "."], { cwd, env, stderr: "pipe" });
  if (!built.success) throw new Error(`go build ${name}: ${built.stderr.toString()}`);
  return output;
}

/** HTTP with HTTP behind it. */
export async function httpCase(place: Workplace, held: AsyncDisposableStack): Promise<Case> {
  const program = goBuild("bench-service", place);
  const dependencyPort = await freePort();
  const env = { PORT: String(dependencyPort) };
  const dependency = held.use(
    new Started({ command: [program, "dependency"], env, log: place.file("dependency.log") }),
  );
  await dependency.listens(dependencyPort);
  return {
    name: "HTTP behind HTTP",
    command: `exec ${program} service`,
    dependencyPort,
    env: (port, behind) => ({ PORT: String(port), DEPENDENCY: `127.0.0.1:${behind}` }),
  };
}

/** HTTP with PostgreSQL behind it, through pgx. */
export async function postgresCase(place: Workplace, held: AsyncDisposableStack): Promise<Case> {
  const program = goBuild("bench-postgres", place);
  const server = held.use(await startPostgres());
  return {
    name: "PostgreSQL behind HTTP",
    command: `exec ${program}`,
    dependencyPort: server.port,
    env: (port, behind) => ({
      PORT: String(port),
      DATABASE_URL: server.url.replace(`:${server.port}/`, `:${behind}/`),
    }),
  };
}

/** A service that answers at `port`. */
export interface Running extends AsyncDisposable {
  readonly port: number;
  readonly process: Started;
}

/** Nothing in between. */
export async function startAlone(on: Case, place: Workplace): Promise<Running> {
  const port = await freePort();
  return await started(on, place, { port, at: port, dependencyPort: on.dependencyPort });
}

/** haproxy before it and behind it, in one process. */
export async function startBehindHaproxy(on: Case, place: Workplace): Promise<Running> {
  const [port, at, dependencyPort] = [await freePort(), await freePort(), await freePort()];
  const config = place.file("haproxy.cfg");
  const part = (name: string, from: number, to: number, { bind, server } = { bind: "", server: "" }) =>
    `listen ${name}\n  bind 127.0.0.1:${from} ${bind}\n  server one 127.0.0.1:${to} ${server}\n`;
  writeFileSync(
    config,
    `global\n  maxconn 4096\ndefaults\n  mode tcp\n  timeout connect 5s\n  timeout client 1m\n  timeout server 1m\n${part("incoming", port, at)}${part("outgoing", dependencyPort, on.dependencyPort, on.sealed)}`,
  );
  const proxy = new Started({ command: ["haproxy", "-db", "-f", config], log: place.file("haproxy.log") });
  await proxy.listens(dependencyPort);
  const service = await started(on, place, { port: at, at, dependencyPort });
  await proxy.listens(port);
  const stop = async () => {
    await service[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  };
  return { port, process: proxy, [Symbol.asyncDispose]: stop };
}

async function started(
  on: Case,
  place: Workplace,
  { port, at, dependencyPort }: { readonly port: number; readonly at: number; readonly dependencyPort: number },
): Promise<Running> {
  const service = new Started({
    command: ["/bin/sh", "-c", on.command],
    env: on.env(at, dependencyPort),
    log: place.file("service.log"),
  });
  await service.listens(at);
  return { port, process: service, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}
