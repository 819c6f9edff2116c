/**
 * What a forwarding relay writes down: the connection as the app sees it, as plain text, so that it is decoded like what the
 * tap captures. Implemented over the capture's journal (record/); relays only call it.
 *
 * A note stands in order with the data: it says what the bytes behind it are.
 */
import type { Onward } from "../core/departures.ts";
import type { Side } from "../core/protocol.ts";

/** One end of a connection. */
export interface JournaledEnd {
  readonly address: string;
  readonly port: number;
}

/** A connection whose journal begins. */
export interface JournaledOpening {
  readonly direction: "incoming" | "outgoing";
  readonly client: JournaledEnd;
  readonly server: JournaledEnd;
  /** Milliseconds since the epoch, with a fraction. */
  readonly at: number;
}

export type JournalNote =
  /** What follows is what TLS protects; `host` is the name that the client asked for, if it named one. */
  | { readonly host: string | null; readonly isTls: boolean }
  /** What follows is not written down, for this reason. */
  | { readonly unread: string };

/** Whoever reads what is written down: held while the journal has no room, so that nothing is lost. */
export interface JournalSource {
  hold(): void;
  release(): void;
}

/** One connection. `bytes` are overwritten after the call. */
export interface JournaledConnection {
  note(note: JournalNote, at: number): void;
  data(from: Side, bytes: Uint8Array, at: number): void;
  /** That side's FIN. */
  end(from: Side, at: number): void;
  /** It is about to go on without the proxy, captured by the tap; null: it has stayed after all. */
  goesOn(onward: Onward | null, at: number): void;
  /** It has gone on so: nothing more is told of it here. */
  left(): void;
  /** Nothing more follows. */
  close(isReset: boolean, at: number): void;
}

export interface ProxyJournal {
  /** `source` is held up from here to `close`, whenever that takes. */
  open(opening: JournaledOpening, source: JournalSource): JournaledConnection;
}

/** The same journal, told of nothing more once it has thrown: the bytes go on without it. */
export const guarded = (open: () => JournaledConnection): JournaledConnection => {
  let inner: JournaledConnection | null = null;
  let hasFailed = false;
  const tell = (what: (journal: JournaledConnection) => void): void => {
    if (hasFailed) return;
    try {
      inner ??= open();
      what(inner);
    } catch {
      hasFailed = true;
    }
  };
  tell(() => {});
  return {
    note: (note, at) => tell((journal) => journal.note(note, at)),
    data: (from, bytes, at) => tell((journal) => journal.data(from, bytes, at)),
    end: (from, at) => tell((journal) => journal.end(from, at)),
    goesOn: (onward, at) => tell((journal) => journal.goesOn(onward, at)),
    left: () => tell((journal) => journal.left()),
    close: (isReset, at) => tell((journal) => journal.close(isReset, at)),
  };
};
