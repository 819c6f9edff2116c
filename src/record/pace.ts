/**
 * How fast decoding may go beside the app. Where a processor is free, as fast as it can; where the app and its clients
 * need them all, in short pieces with long rests, since even the lowest priority delays who wakes up behind it. What is
 * behind meanwhile waits in the journal, and is decoded at full speed when the app has ended.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { elapsed } from "../lib/async/elapsed.ts";

/** A piece of work: short beside what a scheduler grants anyway. */
const PIECE_MS = 1;
/**
 * Beside a busy app. Each piece slows a few requests down, and what compiles and collects for it as many again: fewer than
 * one request in a hundred may meet any of it, or it would be what the service's p99 shows.
 */
const SHARE = 1 / 500;
const LONGEST_REST_MS = 2_000;
const LOOK_MS = 200;
/** This much must be free for one more busy thread to be in nobody's way. */
const ROOM = { processors: 1.5, ofAll: 0.8 } as const;

/** What the machine's processors have done since it started, in any one unit. */
export interface Processors {
  readonly busy: number;
  readonly total: number;
}

/** Asked between events; the work of the whole thread since the last rest counts. */
export class Pace {
  readonly #released: AbortSignal;
  readonly #read: () => Processors | null;
  #pieceAt = performance.now();
  #workedMs = 0;
  #restedCpu = process.threadCpuUsage();
  #looked: { readonly at: number; readonly processors: Processors | null; readonly own: NodeJS.CpuUsage };
  #isRoomy = false;

  /** After `released` nobody needs to be spared. */
  constructor(released: AbortSignal, read: () => Processors | null = readProcessors) {
    this.#released = released;
    this.#read = read;
    this.#looked = { at: performance.now(), processors: read(), own: process.cpuUsage() };
  }

  /** Work begins, after a wait for something to do. */
  resume(): void {
    this.#pieceAt = performance.now();
  }

  /** A rest to wait for, if one is due. */
  turn(): Promise<void> | null {
    const now = performance.now();
    this.#workedMs += now - this.#pieceAt;
    this.#pieceAt = now;
    return this.#workedMs < PIECE_MS ? null : this.#rest();
  }

  async #rest(): Promise<void> {
    this.#look();
    const { user, system } = process.threadCpuUsage(this.#restedCpu);
    const dueMs = ((user + system) / 1000) * (1 / SHARE - 1);
    const isSpared = !this.#isRoomy && !this.#released.aborted;
    await (isSpared ? elapsed(Math.min(dueMs, LONGEST_REST_MS), this.#released) : new Promise(setImmediate));
    this.#restedCpu = process.threadCpuUsage();
    this.#workedMs = 0;
    this.#pieceAt = performance.now();
  }

  /** Whether there is room, by what everybody but us has used since the last look. */
  #look(): void {
    const now = performance.now();
    const { at, processors: before, own } = this.#looked;
    if (now - at < LOOK_MS) return;
    const processors = this.#read();
    this.#looked = { at: now, processors, own: process.cpuUsage() };
    if (processors === null || before === null) return;
    const count = availableParallelism();
    const share = (processors.busy - before.busy) / Math.max(1, processors.total - before.total);
    const { user, system } = process.cpuUsage(own);
    const ours = (user + system) / 1000 / (now - at);
    this.#isRoomy = count - Math.max(0, share * count - ours) >= Math.min(ROOM.processors, ROOM.ofAll * count);
  }
}

/** The first line of /proc/stat: user, nice, system, idle, iowait, and what else keeps a processor busy. */
function readProcessors(): Processors | null {
  try {
    const line = readFileSync("/proc/stat", "latin1").split("\n", 1)[0] ?? "";
    // The last two, a guest's time, are in the first two already.
    const times = line.trim().split(/\s+/).slice(1, 9).map(Number);
    const total = times.reduce((sum, time) => sum + time, 0);
    return { total, busy: total - (times[3] ?? 0) - (times[4] ?? 0) };
  } catch {
    return null;
  }
}
