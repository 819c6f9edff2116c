/**
 * How the journal holds what the proxy relayed: records as the tap's, of a protocol number of their own, so that they are
 * never taken for packets between the same two ends. The bytes are what the ends said to each other: of TLS the plain text.
 * Sequence numbers are made up; `from` and `to` are the app's end and the one that it meant.
 */
/** `RecordHead.protocol`: a number that is nobody's (RFC 3692), in the place of TCP's. */
export const RELAYED = 253;
/** `RecordHead.flags`: the payload is a `FlowNote` as JSON, and no part of the stream. */
export const NOTE_FLAG = 0x80;

/** What the proxy knows of a connection beyond its bytes: whom it is with, or why it is not read. */
export type FlowNote = { readonly host: string | null; readonly isTls: boolean } | { readonly unread: string };

/** Bytes that are no note leave the connection unread. */
export function readNote(payload: Uint8Array): FlowNote {
  try {
    const { host, isTls, unread } = JSON.parse(new TextDecoder().decode(payload)) as {
      host?: unknown;
      isTls?: unknown;
      unread?: unknown;
    };
    if (typeof unread === "string") return { unread };
    if ((host === null || typeof host === "string") && typeof isTls === "boolean") return { host, isTls };
  } catch {
    // Said below.
  }
  return { unread: "what the proxy noted of it is broken" };
}
