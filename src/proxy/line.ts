/**
 * What a relay needs of a connection. A Bun socket whose ear is held (relay.ts) is a line as it stands, and so is TLS over
 * another line (tls/tls-line.ts), in any depth: a relay never asks which of them it has.
 *
 * Refuses addresses, options and events: who opened the connection knows those.
 */
import type { Ear } from "./relay.ts";

/** One connection, as bytes both ways. */
export interface Line {
  /** Whoever hears it; nobody yet, or nobody any more, is `null`. What comes meanwhile is kept or lost as the line decides. */
  readonly data: { ear: Ear | null };
  /** Takes what it can without keeping the rest and says how much that was; the ear's `drain` tells when to go on. */
  write(bytes: Uint8Array): number;
  /** Ends our direction behind the last byte that `write` took; the other stays open. */
  shutdown(): void;
  /** Stops reading, so that the far end is held up. */
  pause(): void;
  resume(): void;
  /** Resets the connection; the ear hears `close` as of a failure. */
  terminate(): void;
}
