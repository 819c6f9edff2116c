/**
 * What a thread of ours takes of the processors beside an app. Its counterpart for a whole app is its cgroup.
 *
 * A nice value alone bounds only shares: who runs may finish its turn of some milliseconds, and whoever wakes up behind it
 * waits. So what stands back also takes short turns (kernels from 6.12 know of them, others preempt by nice value).
 */
import { ptr } from "bun:ffi";
import { libc } from "./libc.ts";

/**
 * `first`: before everybody. `equal`: like any program. `back`: a tenth of a busy processor, in turns that nobody notices.
 * `spare`: only what nobody else wants (SCHED_IDLE); put off at once, and its processor counts as free for who wakes up.
 */
export type Standing = "first" | "equal" | "back" | "spare";

const SCHED_OTHER = 0;
const SCHED_IDLE = 5;
/** struct sched_attr as it was first: size, policy, flags, nice, priority, runtime, deadline, period. */
const ATTRIBUTE_BYTES = 48;
const At = { size: 0, policy: 4, nice: 16, runtime: 24 } as const;
const SHORT_TURN_NS = 100_000n;
const SETATTR = process.arch === "x64" ? 314 : 274;

const meanings: Readonly<Record<Standing, { readonly policy: number; readonly nice: number; readonly turn: bigint }>> =
  {
    first: { policy: SCHED_OTHER, nice: -20, turn: 0n },
    equal: { policy: SCHED_OTHER, nice: 0, turn: 0n },
    back: { policy: SCHED_OTHER, nice: 10, turn: SHORT_TURN_NS },
    spare: { policy: SCHED_IDLE, nice: 0, turn: 0n },
  };

/** Of this thread (0) or of another one; says whether the system lets us. */
export function scheduleThread(standing: Standing, thread = 0): boolean {
  const { policy, nice, turn } = meanings[standing];
  const view = new DataView(new ArrayBuffer(ATTRIBUTE_BYTES));
  view.setUint32(At.size, ATTRIBUTE_BYTES, true);
  view.setUint32(At.policy, policy, true);
  view.setInt32(At.nice, nice, true);
  view.setBigUint64(At.runtime, turn, true);
  return Number(libc().syscall(SETATTR, thread, ptr(new Uint8Array(view.buffer)), 0, 0, 0, 0)) === 0;
}
