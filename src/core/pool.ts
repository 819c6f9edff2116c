/**
 * Which mock answers (design 6). The pool is explainable: an exact key, or fields that are all known noise, or for the
 * generic protocol alone a visible similarity; else a miss that names the nearest mock. It never guesses.
 */
import type { Difference } from "./diff.ts";
import type { Destination } from "./test-case.ts";

/** What a request is reduced to, with its values. */
export interface Key {
  /** Canonical and complete: two requests are the same exactly if their texts are. May be long. */
  readonly text: string;
  /** The coarse part, without values (`SELECT … $1`, `GET /users/:id`): where the nearest mock is looked for first. */
  readonly shape: string;
  /** The request in one line, for people. */
  readonly asked: string;
}

/** One question to the pool. */
export interface Ask<Spec> {
  readonly key: Key;
  /** The fields in which a recorded request differs from this one; empty only if the keys are equal. */
  differs(recorded: Spec): readonly Difference[];
  /** 0 to 1, for protocols that nobody understands; `null` everywhere else, and then nothing is ever served on likeness. */
  readonly similarity: ((recorded: Spec) => number) | null;
  /**
   * Of mocks with the same key that are the same test's, the nearest by this answers, and of equally near ones the lowest;
   * 0 is what was asked in every part, of those too that no key holds. Left out where a key holds all.
   */
  readonly distance?: (recorded: Spec) => number;
  /**
   * It comes by itself (a push, what somebody waits for): of the running test's own it is given only once the calls that
   * were recorded before it have been made, so that the recorded order decides and not the time.
   */
  readonly isAwaited?: boolean;
  /** Other members of the very service that is asked, of which a client takes any: what was recorded there answers too. */
  readonly alsoAt?: readonly { readonly host: string; readonly port: number }[];
  /**
   * The mocks of other peers answer as well, those for which this holds, in the order recorded: what the nodes of one
   * cluster all know, and a client asks any of them.
   */
  readonly anywhere?: (recorded: Spec) => boolean;
  /**
   * Where the peer that is asked has no answer, those of others for which this holds: a client that learns in its own time
   * which node of a cluster has what, may ask another one than it asked then.
   */
  readonly otherwise?: (recorded: Spec, at: Pick<Destination, "host" | "address" | "port">) => boolean;
}

/** How sure an answer is: the same key, only noise differs, or merely alike (the report marks it). */
export type Certainty = "exact" | "noise" | "similar";

export type Take<Spec> =
  | {
      readonly found: true;
      readonly spec: Spec;
      readonly mock: string;
      readonly certainty: Certainty;
      /** Of what is awaited: the running test made calls before it came. */
      readonly isPreceded?: boolean;
    }
  | {
      readonly found: false;
      readonly nearest: { readonly mock: string; readonly differs: readonly string[] } | null;
    };

/** The mocks of one protocol that one connection's peer may be answered from. */
export interface Pool<Spec> {
  /** Uses up the mock that answers, and attributes it to the running test. */
  take(ask: Ask<Spec>): Take<Spec>;
  /**
   * Set-up knowledge: the recorded specs with this `Key.shape`, in the order recorded; uses up nothing. With `isAnywhere`
   * those of other peers are among them.
   */
  recall(shape: string, isAnywhere?: boolean): Iterable<Spec>;
}
