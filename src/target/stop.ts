/**
 * Ends the app with everything it started: a hint, a request, at last force. Each step follows an event (a process ends,
 * the cgroup is empty) or the end of a span, never a look at a clock. What has left the cgroup is no longer the app's.
 */
import { type Cgroup, sendSignal } from "./cgroup.ts";
import type { Exit } from "./native.ts";

/** How an app is stopped. */
export interface StopOptions {
  /** The terminal has sent SIGINT to the app as it did to us, and a second signal would cut its shutdown short. */
  readonly isInterrupted?: boolean;
}

/** What there is to stop. */
export interface Stoppable {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly cgroup: Cgroup;
}

/** How long the first process may take to end, or to tell its children, before they are told by us. */
const TELL_CHILDREN_MS = 1000;
/** What force has left is being torn down by the kernel: waited for, but not for ever. */
const TEAR_DOWN_MS = 10_000;

/** Resolves when the cgroup is empty. */
export async function stopTarget(target: Stoppable, graceMs: number, { isInterrupted = false }: StopOptions = {}) {
  const { cgroup, exited } = target;
  const grace = AbortSignal.timeout(Math.max(0, graceMs));
  const spans: ReturnType<typeof setTimeout>[] = [];
  const after = (ms: number, act: () => void) => spans.push(setTimeout(act, ms));

  let hasExited = false;
  let areChildrenTold = false;
  const tellChildren = () => {
    if (areChildrenTold) return;
    areChildrenTold = true;
    for (const pid of cgroup.pids()) if (pid !== target.pid) sendSignal(pid, "SIGTERM");
  };
  const tellFirst = () => {
    if (!hasExited) sendSignal(target.pid, "SIGTERM");
  };

  void exited.then(() => {
    hasExited = true;
    tellChildren();
  });
  // An end that is known already is seen first: the pid may belong to another process.
  await Promise.resolve();
  if (isInterrupted) after(graceMs / 2, tellFirst);
  else tellFirst();
  after(Math.min(TELL_CHILDREN_MS, graceMs / 2), tellChildren);

  if (!(await cgroup.untilEmpty(grace))) {
    cgroup.kill("SIGKILL");
    await cgroup.untilEmpty(AbortSignal.timeout(TEAR_DOWN_MS));
  }
  for (const span of spans) clearTimeout(span);
  return exited;
}
