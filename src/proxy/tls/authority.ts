/**
 * A certificate authority that lives in memory for one run, and the leaves that it signs: P-256 throughout.
 *
 * Refuses to write a key anywhere: only the authority's certificate is for others (target/trust shows it to the app).
 */

/** A certificate and its key, as PEM. */
export interface Leaf {
  /** The leaf, then its authority. */
  readonly certificate: string;
  readonly key: string;
}

export type LeafFault = "none" | "expired" | "notYetValid";

/** Whom a leaf stands for. */
export interface LeafSubject {
  /** DNS names; wildcards and Unicode are allowed. */
  readonly names: readonly string[];
  /** IPv4 and IPv6 addresses as text. */
  readonly addresses: readonly string[];
  /** What shall be wrong with it, so that a client's error is the one that the real server would have caused. */
  readonly fault: LeafFault;
}

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** The same object for the same subject. */
  leaf(subject: LeafSubject): Leaf;
}

export interface AuthorityOptions {
  /** The common name. */
  readonly name: string;
  /** Milliseconds since the epoch; what is signed is valid from a year before the first to a year after the last. */
  readonly instants: readonly number[];
}

export const createAuthority = (_options: AuthorityOptions): Authority => {
  throw new Error("There is no authority yet.");
};
