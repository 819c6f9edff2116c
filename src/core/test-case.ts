/** Recorded things as the store hands them around: test cases, mocks, and which belongs to which. */
import type { Reuse } from "./exchange.ts";

/** Where a mock's connection went. `host` is the looked-up name, or equal to `address`. */
export interface Destination {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** TLS protected the connection, from its first byte or later. */
  readonly isTls: boolean;
}

/** One incoming request with the response the app gave; replayed against the app. */
export interface TestCase<Spec = unknown> {
  readonly name: string;
  /** `Protocol.name`. */
  readonly protocol: string;
  readonly spec: Spec;
  /** The app's port that was asked. */
  readonly port: number;
  /** The app terminates TLS on that port itself. */
  readonly isTls: boolean;
  /** Paths that are not compared (`header.Date`, `body.id`), each with the regexes that its value must then match, if any. */
  readonly noise: Readonly<Record<string, readonly string[]>>;
  /** Milliseconds since the epoch, with a fraction. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** One outgoing exchange, ready to answer in a dependency's place. */
export interface Mock<Spec = unknown> {
  readonly name: string;
  readonly protocol: string;
  readonly spec: Spec;
  /** `null` in recordings of other tools that do not say: then it answers whatever destination is asked. */
  readonly destination: Destination | null;
  readonly connection: string;
  readonly reuse: Reuse;
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * How a mock came to be attributed: `exact` by causality, `window` by time alone, `likely` by what it has in common with one
 * of several tests that ran, `overlap` by time while several tests ran.
 */
export type Attribution = "exact" | "window" | "likely" | "overlap";

/** The mocks that one test used while recording. */
export interface Mapping {
  readonly test: string;
  readonly mocks: readonly { readonly name: string; readonly by: Attribution }[];
}
