/** The certificates by which a server has been seen to name itself: what a pin is looked for by. A type alone. */

/** What a server showed of itself. */
export interface ShownChain {
  /** DER, the server's own certificate first. */
  readonly chain: readonly Uint8Array[];
  /** Whether it leads to roots that we can speak for; if not, who takes it must know more of it than we do. */
  readonly isBelieved: boolean;
}
