/**
 * What a server that nobody understands says by itself after an answer: a message that somebody subscribed to, a notice. It
 * comes in the test in which it came, behind the calls that were recorded before it; who does nothing for a while gets it
 * all the same. It owns no clock; `replay-session.ts` sends what it gives.
 */
import { Awaited } from "../../core/awaited.ts";
import type { Pool } from "../../core/pool.ts";
import { type GenericSpec, keyOf } from "./spec.ts";

/** For so long the app may do nothing before a push comes although calls that were recorded before it were not made. */
const PATIENCE_MS = 1_000;
/** After that, only a change brings anything. */
const IDLE_MS = 3_600_000;

/** Something to be said at once, or when to call `wake` if nothing changes before. */
type Due = { readonly said: GenericSpec } | { readonly afterMs: number };

/** All that one connection may hear unasked. */
export class Pushes {
  readonly #pool: Pool<GenericSpec>;
  readonly #listening = new Map<string, Awaited<GenericSpec>>();
  /** When the app, or what the pool gives, did last something. */
  #changedAt = 0;
  /** For when a wake is asked for already. */
  #wakeAt = Infinity;

  constructor(pool: Pool<GenericSpec>) {
    this.#pool = pool;
  }

  /** That request was answered: from here on comes what was said after it. */
  *listen(request: Uint8Array, at: number): Generator<Due> {
    this.#changedAt = at;
    const key = keyOf({ request: [request], isPush: true });
    if (this.#listening.has(key.text)) return;
    const ask = { key, differs: () => [], similarity: null };
    const awaited = new Awaited<GenericSpec>(this.#pool, { ask, keyOf, isSilence });
    if (!awaited.knowsSilence) return;
    this.#listening.set(key.text, awaited);
    yield* this.#hear(true);
    yield* this.#look(at);
  }

  /** It is time, or something has changed. */
  *wake(at: number): Generator<Due> {
    if (this.#listening.size === 0) return;
    const isTime = at >= this.#wakeAt - 1;
    if (isTime) this.#wakeAt = Infinity;
    // A greeting is said at no known time.
    if (!isTime || this.#changedAt === 0) this.#changedAt = at;
    yield* this.#hear(at < this.#changedAt + PATIENCE_MS);
    yield* this.#look(at);
  }

  *#hear(isPatient: boolean): Generator<Due> {
    for (const awaited of this.#listening.values()) {
      while (!awaited.isOver) {
        const came = awaited.next(isPatient);
        if (came === "silence" || "found" in came) break;
        yield { said: came };
      }
    }
  }

  *#look(at: number): Generator<Due> {
    if ([...this.#listening.values()].every(({ isOver }) => isOver)) return;
    const isPatient = at < this.#changedAt + PATIENCE_MS;
    const next = isPatient ? this.#changedAt + PATIENCE_MS : at + IDLE_MS;
    if (next >= this.#wakeAt) return;
    this.#wakeAt = next;
    yield { afterMs: next - at };
  }
}

/** It is known that nothing had come. */
const isSilence = ({ response, closes }: GenericSpec): boolean => response.length === 0 && !closes;
