/**
 * Looks at the app's processes for Go programs, so that the kernel can tell their goroutines apart (capture/attribution.ts).
 * A process is looked at as soon as it has begun to run a program; what it does before it is known is told by time.
 */
import { statSync } from "node:fs";
import type { Attribution } from "../capture/attribution.ts";
import type { Kernel } from "../capture/kernel.ts";
import { elapsed } from "../lib/async/elapsed.ts";
import type { Cgroup } from "../target/cgroup.ts";
import { readGoProgram } from "../target/go-program.ts";

/** For processes that have ended. */
const LOOK_MS = 1_000;
/** A program that is not read by then keeps nobody waiting. */
const SETTLE_MS = 500;

/** What a process runs, and what undoes what was told of it. */
interface Known {
  readonly program: string;
  forget(): void;
}

export class GoWatch implements Disposable {
  readonly #attribution: Attribution;
  readonly #cgroup: Cgroup;
  readonly #known = new Map<number, Known>();
  readonly #learning = new Set<Promise<void>>();
  readonly #timer: ReturnType<typeof setInterval>;
  #isOver = false;

  constructor(attribution: Attribution, cgroup: Cgroup, kernel: Kernel) {
    this.#attribution = attribution;
    this.#cgroup = cgroup;
    kernel.onBegin((pid) => this.#lookAt(pid));
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Resolves when what runs by this moment is known. */
  async settled(): Promise<void> {
    this.#look();
    const most = new AbortController();
    await Promise.race([Promise.all(this.#learning), elapsed(SETTLE_MS, most.signal)]);
    most.abort();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#isOver) return;
    const pids = new Set(this.#cgroup.pids());
    for (const [pid, { forget }] of this.#known) {
      if (pids.has(pid)) continue;
      this.#known.delete(pid);
      forget();
    }
    for (const pid of pids) this.#lookAt(pid);
  }

  #lookAt(pid: number): void {
    const program = this.#isOver ? null : programOf(pid);
    if (program === null || this.#known.get(pid)?.program === program) return;
    this.#known.get(pid)?.forget();
    this.#known.set(pid, { program, forget: () => {} });
    const learning = this.#learn(pid, program).finally(() => this.#learning.delete(learning));
    this.#learning.add(learning);
  }

  async #learn(pid: number, program: string): Promise<void> {
    const go = await readGoProgram(`/proc/${pid}/exe`);
    // It may have become another program meanwhile.
    if (go === null || this.#isOver || programOf(pid) !== program) return;
    const forget = this.#attribution.addGo(pid, go.layout, go);
    this.#known.set(pid, { program, forget });
  }
}

/** Which file a process runs; `null` where it has ended. */
function programOf(pid: number): string | null {
  try {
    const { dev, ino } = statSync(`/proc/${pid}/exe`);
    return `${dev} ${ino}`;
  } catch {
    return null;
  }
}
