/**
 * What a thread of ours takes of the processors beside an app. A thread that only gets what is spare (SCHED_IDLE) is put
 * off at once when anybody else wakes up, and its processor counts as free for who does; a nice value does neither.
 */
import { libc } from "../../ffi/libc.ts";

const SCHED_OTHER = 0;
const SCHED_IDLE = 5;
/** struct sched_param with a priority of 0, the only one that these policies know. */
const PARAMETERS = new Int32Array(1);

/** Of this thread, or of another one of this process. Where the system refuses, it competes as before. */
export function scheduleThread(as: "normal" | "spare", thread = 0): void {
  libc().sched_setscheduler(thread, as === "spare" ? SCHED_IDLE : SCHED_OTHER, PARAMETERS);
}
