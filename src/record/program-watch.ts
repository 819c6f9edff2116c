/**
 * Looks at the app's processes for what the kernel must be told to tell apart who acts in them (capture/attribution.ts):
 * whether they are Go programs, where an event loop of theirs says for which request it runs (target/shims/), and where Java
 * keeps which virtual thread runs. A process is looked at as soon as it has begun to run a program; what it does before it
 * is known is told by time.
 */
import { statSync } from "node:fs";
import type { Attribution } from "../capture/attribution.ts";
import type { Kernel } from "../capture/kernel.ts";
import { elapsed } from "../lib/async/elapsed.ts";
import type { Cgroup } from "../target/cgroup.ts";
import { readGoProgram } from "../target/go-program.ts";
import { JavaCarriers } from "../target/java-carriers.ts";
import { findRequestWords } from "../target/request-words.ts";

/** For processes that have ended, and threads that have begun. */
const LOOK_MS = 1_000;
/** For threads that carry others, which are made when there is much to carry. */
const CARRIERS_MS = 50;
/** How long a busy program may be held up by what is looked at in it. */
const SPARE_MS = 100;
/** When a program that has just begun is looked at for its shim. */
const SHIM_MS = [20, 40, 80, 160, 320, 640] as const;
/** A program that is not read by then keeps nobody waiting. */
const SETTLE_MS = 500;

/** What a process runs, and what undoes what was told of it. */
interface Known {
  readonly program: string;
  isGo: boolean;
  java: JavaCarriers | null;
  /** By thread: those of a shim, or of Java's carriers. */
  readonly words: Map<number, () => void>;
  forget(): void;
}

export class ProgramWatch implements Disposable {
  readonly #attribution: Attribution;
  readonly #cgroup: Cgroup;
  readonly #known = new Map<number, Known>();
  readonly #learning = new Set<Promise<void>>();
  readonly #looking: ReturnType<typeof setInterval>;
  /** Each from when there is something to do: who wakes up often holds the app up. */
  #sparing: ReturnType<typeof setInterval> | null = null;
  #carrying: ReturnType<typeof setInterval> | null = null;
  readonly #over = new AbortController();

  constructor(attribution: Attribution, cgroup: Cgroup, kernel: Kernel) {
    this.#attribution = attribution;
    this.#cgroup = cgroup;
    kernel.onBegin((pid) => this.#lookAt(pid));
    const look = () => {
      this.#look();
      for (const [pid, known] of this.#known) if (known.words.size > 0) void this.#findWords(pid, known);
    };
    this.#looking = setInterval(look, LOOK_MS);
  }

  /** Resolves when what runs by this moment is known. */
  async settled(): Promise<void> {
    this.#look();
    const most = new AbortController();
    const all = [...this.#learning, ...[...this.#known].map(([pid, known]) => this.#findWords(pid, known))];
    await Promise.race([Promise.all(all), elapsed(SETTLE_MS, most.signal)]);
    most.abort();
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    for (const timer of [this.#looking, this.#sparing, this.#carrying]) clearInterval(timer ?? undefined);
  }

  #look(): void {
    if (this.#over.signal.aborted) return;
    const pids = new Set(this.#cgroup.pids());
    for (const [pid, known] of this.#known) {
      if (pids.has(pid)) continue;
      this.#known.delete(pid);
      known.forget();
    }
    for (const pid of pids) this.#lookAt(pid);
  }

  #lookAt(pid: number): void {
    const program = this.#over.signal.aborted ? null : programOf(pid);
    if (program === null || this.#known.get(pid)?.program === program) return;
    this.#known.get(pid)?.forget();
    const words = new Map<number, () => void>();
    const known: Known = { program, isGo: false, java: null, words, forget: () => words.forEach((forget) => forget()) };
    this.#known.set(pid, known);
    const learning = this.#learn(pid, known).finally(() => this.#learning.delete(learning));
    this.#learning.add(learning);
  }

  async #learn(pid: number, known: Known): Promise<void> {
    const go = await readGoProgram(`/proc/${pid}/exe`);
    if (!this.#isCurrent(pid, known)) return;
    if (go === null) return void this.#awaitWords(pid, known);
    known.isGo = true;
    known.forget = this.#attribution.addGo(pid, go.layout, go);
    this.#sparing ??= setInterval(() => this.#spare(), SPARE_MS);
  }

  #spare(): void {
    if (this.#attribution.spare() || this.#sparing === null) return;
    clearInterval(this.#sparing);
    this.#sparing = null;
  }

  /** A shim is there a moment after its program has begun. */
  async #awaitWords(pid: number, known: Known): Promise<void> {
    for (const ms of SHIM_MS) {
      await elapsed(ms, this.#over.signal);
      await this.#findWords(pid, known);
      known.java ??= await JavaCarriers.of(pid);
      if (known.java !== null) this.#lookForCarriers();
      if (known.words.size > 0 || known.java !== null || !this.#isCurrent(pid, known)) return;
    }
  }

  async #findWords(pid: number, known: Known): Promise<void> {
    if (known.isGo || known.java !== null) return;
    const found = await findRequestWords(pid);
    if (!this.#isCurrent(pid, known)) return;
    for (const { thread, address } of found) {
      if (!known.words.has(thread)) known.words.set(thread, this.#attribution.addRequestWord(thread, address));
    }
  }

  #lookForCarriers(): void {
    if (this.#over.signal.aborted) return;
    this.#carrying ??= setInterval(() => this.#known.forEach((known) => void this.#findCarriers(known)), CARRIERS_MS);
  }

  async #findCarriers(known: Known): Promise<void> {
    const found = (await known.java?.find()) ?? [];
    if (this.#over.signal.aborted) return;
    for (const { thread, address, own } of found)
      if (!known.words.has(thread)) known.words.set(thread, this.#attribution.addCarrier(thread, address, own));
  }

  /** It may have ended meanwhile, or become another program. */
  #isCurrent(pid: number, known: Known): boolean {
    return !this.#over.signal.aborted && this.#known.get(pid) === known && programOf(pid) === known.program;
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
