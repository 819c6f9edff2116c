/**
 * How the journal holds what the proxy relayed: records as the tap's, of a protocol number of their own, so that they are
 * never taken for packets between the same two ends. The bytes are what the ends said to each other: of TLS the plain text.
 * Sequence numbers are made up; `from` and `to` are the app's end and the one that it meant.
 */
import type { Onward } from "../core/departures.ts";

/** `RecordHead.protocol`: a number that is nobody's (RFC 3692), in the place of TCP's. */
export const RELAYED = 253;
/** `RecordHead.flags`: the payload is a `FlowNote` as JSON, and no part of the stream. */
export const NOTE_FLAG = 0x80;

/** What the proxy knows of a connection beyond its bytes: whom it is with, or why it is not read. */
export type FlowNote = { readonly host: string | null; readonly isTls: boolean } | { readonly unread: string };

/**
 * What follows of the connection is the tap's, as of one between that end and the same server: `client` and `server` are the
 * numbers of the next byte from either. `null`: it is not, whatever was said before.
 */
export interface OnwardNote {
  readonly onward: Onward | null;
}

/** Bytes that are no note leave the connection unread. */
export function readNote(payload: Uint8Array): FlowNote | OnwardNote {
  try {
    const { onward, host, isTls, unread } = JSON.parse(new TextDecoder().decode(payload)) as {
      onward?: unknown;
      host?: unknown;
      isTls?: unknown;
      unread?: unknown;
    };
    if (onward === null || isOnward(onward)) return { onward };
    if (typeof unread === "string") return { unread };
    if ((host === null || typeof host === "string") && typeof isTls === "boolean") return { host, isTls };
  } catch {
    // Said below.
  }
  return { unread: "what the proxy noted of it is broken" };
}

function isOnward(value: unknown): value is Onward {
  if (typeof value !== "object" || value === null) return false;
  const { address, port, client, server } = value as Partial<Record<keyof Onward, unknown>>;
  return typeof address === "string" && [port, client, server].every((each) => typeof each === "number");
}
