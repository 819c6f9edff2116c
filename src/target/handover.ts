/**
 * Sees to it that connections of the app that pass through us outlive us. All that we hand on unaltered are held by another
 * process, which hands them on if we die. Those that have turned out to be clear text are given back to the app's own sockets:
 * the app is frozen for some milliseconds meanwhile, so they are collected, and one that cannot go (it is never quiet) is
 * asked again less and less often. The program is `launcher/handover.c`.
 *
 * It moves no byte and knows no journal: those who offer a connection stop it, and are told what became of it.
 */
import { closeSync, writeFileSync } from "node:fs";
import { handOver, packetChannel } from "../../ffi/handing.ts";
import type { Departures, Leaving, Onward, Passing } from "../core/departures.ts";
import { LineProgram } from "./line-program.ts";

/** A server has this long to answer what it was asked before. */
const ANSWER_MS = 5;
/** As many as the program takes at once. */
const MOST = 64;
/** Connections that end sooner are not worth holding the app up. */
const FIRST_WAIT_MS = 200;
const LAST_WAIT_MS = 60_000;
/** Who waits for an answer after so many attempts is one that always does. */
const PATIENT_ATTEMPTS = 2;
/** The app goes on for so many times as long as it was held up, which is not long. */
const REST = 20;
const MOST_REST_MS = 500;

interface Waiting {
  dueAt: number;
  waitMs: number;
  attempts: number;
}

export class Handover implements Departures {
  readonly #cgroupFd: number;
  readonly #waiting = new Map<Leaving, Waiting>();
  #program: LineProgram | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isBusy = false;
  #isClosed = false;
  #kept = 0;
  #channel = -1;
  #notBefore = 0;

  /** `cgroupFd`: the directory of the app's cgroup. */
  constructor(cgroupFd: number) {
    this.#cgroupFd = cgroupFd;
  }

  keep({ accepted, upstream }: Passing): () => void {
    const program = this.#started();
    const number = ++this.#kept;
    // At once, and held by the message itself: we may be dead when it is read.
    if (program === null || !handOver(this.#channel, String(number), [accepted, upstream])) return () => {};
    return () => program.say(["drop", number]);
  }

  offer(leaving: Leaving): void {
    this.#waiting.set(leaving, { dueAt: performance.now() + FIRST_WAIT_MS, waitMs: FIRST_WAIT_MS, attempts: 0 });
    this.#plan();
  }

  withdraw(leaving: Leaving): void {
    this.#waiting.delete(leaving);
  }

  /** Nothing is begun any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#program?.say(["end"]);
    this.#program?.end();
    if (this.#channel >= 0) closeSync(this.#channel);
    this.#channel = -1;
  }

  /** So that nobody has to wait for it later; what is asked before starts it as well. */
  start(): void {
    this.#started();
  }

  #started(): LineProgram | null {
    if (this.#program === null && !this.#isClosed) {
      try {
        const [own, other] = packetChannel();
        this.#channel = own;
        try {
          this.#program = new LineProgram(["--handover", "3", "4"], [this.#cgroupFd, other]);
        } finally {
          closeSync(other);
        }
      } catch {
        this.#isClosed = true;
      }
    }
    return this.#program;
  }

  #plan(): void {
    if (this.#isClosed || this.#isBusy || this.#timer !== null || this.#waiting.size === 0) return;
    const dueAt = Math.min(...Array.from(this.#waiting.values(), (each) => each.dueAt));
    const waitMs = Math.max(dueAt, this.#notBefore) - performance.now();
    this.#timer = setTimeout(() => void this.#begin(), Math.max(0, waitMs));
  }

  async #begin(): Promise<void> {
    this.#timer = null;
    this.#isBusy = true;
    // Those that are due soon go along, so that the app is held up once.
    const until = performance.now() + FIRST_WAIT_MS / 2;
    const due = [...this.#waiting].filter(([, { dueAt }]) => dueAt <= until).map(([leaving]) => leaving);
    const batch = due.slice(0, MOST);
    const held = new Set<Leaving>();
    const beganAt = performance.now();
    try {
      const program = this.#started();
      if (program === null) return;
      await this.#attempt(program, batch, held);
    } catch {
      // Without the program all stays as it is; it may have been killed while the app was frozen.
      writeFileSync(`/proc/self/fd/${this.#cgroupFd}/cgroup.freeze`, "0");
      for (const leaving of held) leaving.settled("kept");
      this.close();
    }
    for (const leaving of batch) this.#again(leaving);
    this.#notBefore = performance.now() + Math.min(MOST_REST_MS, REST * (performance.now() - beganAt));
    this.#isBusy = false;
    this.#plan();
  }

  #again(leaving: Leaving): void {
    const waiting = this.#waiting.get(leaving);
    if (waiting === undefined) return;
    waiting.attempts++;
    waiting.waitMs = Math.min(LAST_WAIT_MS, 2 * waiting.waitMs);
    waiting.dueAt = performance.now() + waiting.waitMs;
  }

  async #attempt(program: LineProgram, batch: readonly Leaving[], held: Set<Leaving>): Promise<void> {
    const named = (words: readonly string[]): [Leaving, string[]][] =>
      words.flatMap((word) => {
        const [index = "", ...facts] = word.split("/");
        const leaving = batch[Number(index)];
        return leaving === undefined ? [] : [[leaving, facts]];
      });
    const pairs = batch.flatMap(({ accepted, upstream }) => [accepted, upstream]);
    program.say(["batch", process.pid, ...pairs]);
    for (;;) {
      const [said, ...words] = await program.line();
      if (said === "quiet" && words.length > 0) {
        await untilAnswered(named(words).map(([leaving]) => leaving));
        for (const [leaving] of named(words)) if (this.#mayGo(leaving) && leaving.hold()) held.add(leaving);
        program.say(["go", ...batch.flatMap((leaving, index) => (held.has(leaving) ? [index] : []))]);
      }
      if (said === "at") {
        for (const [leaving, facts] of named(words)) if (held.has(leaving)) leaving.goes(onwardOf(facts));
        program.say(["commit"]);
      }
      if (said !== "done") continue;
      for (const [leaving, [result]] of named(words)) this.#settle(leaving, held, result);
      for (const leaving of held) this.#settle(leaving, held, "kept");
      return;
    }
  }

  /** What a server says while nobody is there to take it comes late: it is said again after a while. */
  #mayGo(leaving: Leaving): boolean {
    const waiting = this.#waiting.get(leaving);
    return waiting !== undefined && (leaving.isAnswered || waiting.attempts >= PATIENT_ATTEMPTS);
  }

  #settle(leaving: Leaving, held: Set<Leaving>, result: string | undefined): void {
    if (!held.delete(leaving)) return;
    const became = result === "moved" || result === "lost" ? result : "kept";
    if (became !== "kept") this.#waiting.delete(leaving);
    leaving.settled(became);
  }
}

/** The app is frozen meanwhile, so that what it waits for comes soon or not for long. */
async function untilAnswered(leaving: readonly Leaving[]): Promise<void> {
  const last = performance.now() + ANSWER_MS;
  const rest = new Set(leaving);
  while (performance.now() < last) {
    for (const each of rest) if (each.isAnswered) rest.delete(each);
    if (rest.size === 0) return;
    await new Promise(setImmediate);
  }
}

function onwardOf([sent, received, address = "", port]: readonly string[]): Onward {
  return { address, port: Number(port), client: Number(sent), server: Number(received) };
}
