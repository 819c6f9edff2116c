/**
 * When the app can be asked: it listens on every port that the tests need, and its health URL, if there is one, answers.
 * The kernel tells of the listeners; nothing here sleeps for a guessed time.
 */
import { whenAborted } from "../lib/async/when-aborted.ts";
import { waitForPorts } from "../target/ready.ts";
import { untilHealthy } from "./healthy.ts";
import { describeExit, interrupted, type Halt } from "./halt.ts";
import type { Stage } from "./stage.ts";

/** How readiness is judged. */
export interface Readying {
  /** How long the app may take, both waits together. */
  readonly readyWithinMs: number;
  readonly healthUrl: string | null;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** `null` as soon as the app can be asked, else why it never could. */
export async function untilReady(stage: Stage, ports: readonly number[], options: Readying): Promise<Halt | null> {
  const { readyWithinMs, healthUrl, signal } = options;
  const deadline = AbortSignal.timeout(readyWithinMs);
  const readiness = await Promise.race([
    waitForPorts({ ports, listening: stage.listening, exited: stage.target.gone(), mostMs: readyWithinMs }),
    whenAborted(signal),
  ]);
  if (readiness === "aborted") return interrupted;
  const missing = readiness.state === "ready" ? "" : portsInWords(readiness.missing);
  if (readiness.state === "exited") {
    return {
      kind: "app",
      sentence: `The app ended before it listened on ${missing} (${describeExit(readiness.exit)}).`,
    };
  }
  if (readiness.state === "timeout") {
    const seconds = readyWithinMs / 1_000;
    const listens = [...stage.listening.ports()];
    const instead = listens.length === 0 ? "" : ` It listens on ${portsInWords(listens)}; --port drives another port.`;
    return { kind: "app", sentence: `The app did not listen on ${missing} within ${seconds} s (--delay).${instead}` };
  }
  const unhealthy = healthUrl === null ? null : await untilHealthy(healthUrl, AbortSignal.any([deadline, signal]));
  return unhealthy === null
    ? null
    : { kind: "app", sentence: `${healthUrl} did not answer with success: ${unhealthy}.` };
}

/** Parts of the app that no test asks directly may come up a little later than the one in front of them. */
const OTHERS_WITHIN_MS = 5_000;

/** Waits a little for the ports that it listened on when it was recorded; those on which it still does not. */
export async function untilAllListen(
  { listening, target }: Pick<Stage, "listening" | "target">,
  ports: readonly number[],
  { readyWithinMs, signal }: Pick<Readying, "readyWithinMs" | "signal">,
): Promise<readonly number[]> {
  const mostMs = Math.min(readyWithinMs, OTHERS_WITHIN_MS);
  const wait = waitForPorts({ ports, listening, exited: target.gone(), mostMs });
  const readiness = await Promise.race([wait, whenAborted(signal)]);
  return readiness === "aborted" || readiness.state === "ready" ? [] : readiness.missing;
}

const portsInWords = (ports: readonly number[]): string => `port${ports.length === 1 ? "" : "s"} ${ports.join(", ")}`;
