/**
 * An ear that may come late. What is heard before somebody listens is kept in its order and told as soon as there is an ear;
 * until then the line is asked to hold still, so that what is kept stays about one read.
 */
import type { Ear } from "../relay.ts";

type Heard = (ear: Ear) => void;

/** Fits a line's `data`. */
export class HeldEar {
  readonly #hold: (isHeld: boolean) => void;
  #ear: Ear | null = null;
  #kept: Heard[] = [];
  #isTelling = false;

  /** `hold` is called with `true` when something had to be kept, and with `false` when all of it was told. */
  constructor(hold: (isHeld: boolean) => void) {
    this.#hold = hold;
  }

  get ear(): Ear | null {
    return this.#ear;
  }

  /** Whoever listens is told of what was kept in a turn of its own, never inside this assignment. */
  set ear(ear: Ear | null) {
    this.#ear = ear;
    if (ear !== null && this.#kept.length > 0 && !this.#isTelling) {
      this.#isTelling = true;
      queueMicrotask(() => this.#tell());
    }
  }

  /** `bytes` may be overwritten after the call. */
  data(bytes: Uint8Array): void {
    if (this.#ear !== null && this.#kept.length === 0) return this.#ear.data(bytes);
    const kept = Uint8Array.prototype.slice.call(bytes);
    this.#keep((ear) => ear.data(kept));
  }

  /** Whoever comes later finds out by writing. */
  drain(): void {
    this.#ear?.drain();
  }

  end(): void {
    if (this.#ear !== null && this.#kept.length === 0) return this.#ear.end();
    this.#keep((ear) => ear.end());
  }

  /** The last word. */
  close(isReset: boolean): void {
    if (this.#ear === null || this.#kept.length > 0) return this.#keep((ear) => ear.close(isReset));
    const ear = this.#ear;
    this.#ear = null;
    ear.close(isReset);
  }

  #keep(heard: Heard): void {
    this.#kept.push(heard);
    if (this.#kept.length === 1) this.#hold(true);
  }

  #tell(): void {
    while (this.#ear !== null && this.#kept.length > 0) {
      const [heard] = this.#kept;
      heard?.(this.#ear);
      this.#kept.shift();
    }
    this.#isTelling = false;
    if (this.#kept.length === 0) this.#hold(false);
  }
}
