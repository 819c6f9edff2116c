/**
 * What comes when its time has come and not when it is asked: a channel's messages, the answer to a command that waits.
 * Such a mock belongs to the test in which it came, so the pool is asked again whenever it changes; what it gives meanwhile
 * is the recorded silence, which a record session keeps beside what came for this. It owns no clock: its session does.
 */
import type { Ask, Key, Pool, Take } from "./pool.ts";

/** How a protocol tells what it waits for. */
export interface AwaitedOf<Spec> {
  readonly ask: Ask<Spec>;
  keyOf(spec: Spec): Key;
  /** A wait in vain: it is known that nothing had come. */
  isSilence(spec: Spec): boolean;
}

/** One thing that one connection waits for. */
export class Awaited<Spec> {
  readonly #pool: Pool<Spec>;
  readonly #of: AwaitedOf<Spec>;
  /** Mocks that this connection has had: what is given twice is nothing that has just come. */
  readonly #seen = new Set<string>();
  #had = 0;
  #isPreceded = false;
  #counted: { readonly silences: number; readonly others: number } | null = null;

  constructor(pool: Pool<Spec>, of: AwaitedOf<Spec>) {
    this.#pool = pool;
    this.#of = of;
  }

  /**
   * The next that has come, `silence` while nothing has, or what the pool says where nothing was recorded. `isPatient`:
   * what was recorded before it in the running test must come before it.
   */
  next(isPatient: boolean): Spec | "silence" | Extract<Take<Spec>, { found: false }> {
    const ask = { ...this.#of.ask, isAwaited: isPatient };
    for (let isSilent = false; ; isSilent = true) {
      const take = this.#pool.take(ask);
      if (!take.found) return isSilent ? "silence" : take;
      if (this.#seen.has(take.mock)) return "silence";
      this.#seen.add(take.mock);
      if (this.#of.isSilence(take.spec)) continue;
      this.#had++;
      this.#isPreceded = take.isPreceded === true;
      return take.spec;
    }
  }

  /** Whether the running test made calls before what came last: then nobody needs time to begin to wait for it. */
  get isPreceded(): boolean {
    return this.#isPreceded;
  }

  /** Whether more was recorded than came so far. */
  get isOver(): boolean {
    return this.#had >= this.#recorded.others;
  }

  /** Whether the pool can say that nothing has come yet. */
  get knowsSilence(): boolean {
    return this.#recorded.silences > 0;
  }

  get #recorded(): { readonly silences: number; readonly others: number } {
    this.#counted ??= this.#count();
    return this.#counted;
  }

  #count(): { readonly silences: number; readonly others: number } {
    const { ask, keyOf, isSilence } = this.#of;
    const { text, shape } = ask.key;
    const counted = { silences: 0, others: 0 };
    for (const spec of this.#pool.recall(shape)) {
      if (keyOf(spec).text === text) counted[isSilence(spec) ? "silences" : "others"]++;
    }
    return counted;
  }
}
