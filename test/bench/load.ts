/** wrk, each request with an id of its own, and what it says of them. Everything is on the loopback. */
import { join } from "node:path";

/** What wrk saw of a service. */
export interface Load {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const script = join(import.meta.dir, "load.lua");
const unitsMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

/** Requests as fast as they go, for whole seconds. An answer that is no success, or a broken connection, throws. */
export async function load(port: number, connections: number, seconds: number): Promise<Load> {
  const words = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "-s", script, `http://127.0.0.1:${port}`];
  const child = Bun.spawn(["wrk", ...words], { stdout: "pipe", stderr: "inherit" });
  const said = await new Response(child.stdout).text();
  const failure = /Socket errors.*|Non-2xx.*/.exec(said)?.[0];
  if ((await child.exited) !== 0 || failure !== undefined) throw new Error(`wrk: ${failure ?? said}`);
  return {
    requests: number(/(\d+) requests in/, said),
    perSecond: number(/Requests\/sec:\s+([\d.]+)/, said),
    p50Ms: duration(/ 50%\s+([\d.]+)(us|ms|s)/, said),
    p99Ms: duration(/ 99%\s+([\d.]+)(us|ms|s)/, said),
  };
}

function number(pattern: RegExp, said: string): number {
  const found = Number(pattern.exec(said)?.[1]);
  if (Number.isNaN(found)) throw new Error(`wrk does not say ${String(pattern)}: ${said}`);
  return found;
}

function duration(pattern: RegExp, said: string): number {
  return number(pattern, said) * (unitsMs[pattern.exec(said)?.[2] ?? ""] ?? Number.NaN);
}
