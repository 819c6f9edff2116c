/**
 * Standing back for the app: the thread that calls takes what is spare of the processors, and the runtime's threads that
 * compile and collect, for it and for others, stand back. They are not put off for good: whoever collects waits for them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { scheduleThread } from "../../ffi/scheduling.ts";

const HELPING = /^(?:JITWorker|HeapHelper|mi-scavenger)/;
const TASKS = "/proc/self/task";

/** One thread's, till `end`. Where the system refuses, we compete as any program does. */
export class StandingBack {
  readonly #helping = new Set<number>();

  constructor() {
    scheduleThread("spare");
    this.look();
  }

  /** Helping threads begin when there is something to do; those that are there since the last look are sent back too. */
  look(): void {
    for (const name of readdirSync(TASKS)) {
      const thread = Number(name);
      if (this.#helping.has(thread) || !HELPING.test(nameOf(thread))) continue;
      if (scheduleThread("back", thread)) this.#helping.add(thread);
    }
  }

  end(): void {
    scheduleThread("equal");
    for (const thread of this.#helping) scheduleThread("equal", thread);
  }
}

/** Empty when it has ended meanwhile. */
function nameOf(thread: number): string {
  try {
    return readFileSync(`${TASKS}/${thread}/comm`, "latin1");
  } catch {
    return "";
  }
}
