/**
 * The contract every protocol implements: bytes in, steps out.
 *
 * A session owns no socket and no clock; the relay and the decoder do, and act on the steps that a session yields. The
 * same session reads what the tap captured and what the proxy forwards. A protocol is one folder and one value, without
 * optional members, so that shared code never asks which protocol it holds.
 */
import type { Exchange, Miss } from "./exchange.ts";
import type { Key, Pool } from "./pool.ts";
import type { Difference } from "./diff.ts";

/** Who sent the bytes: the one that opened the connection, or the one that accepted it. */
export type Side = "client" | "server";

/** A run of bytes of one direction, in order and without overlap. The receiver may keep `bytes`: nobody writes to it again. */
export interface Chunk {
  readonly from: Side;
  readonly bytes: Uint8Array;
  /** Milliseconds since the epoch, with a fraction; when the kernel saw it. */
  readonly at: number;
}

/** The far end of a connection as the app addresses it: where it connects to, or for an incoming one where it listens. */
export interface Peer {
  /** The name by which the app looked the address up, or the address itself where no look-up was seen. */
  readonly host: string;
  /** IPv4 or IPv6 in text, the latter without brackets. */
  readonly address: string;
  readonly port: number;
  /** Tells the connections of one recording or run apart; nothing else may be read from it. */
  readonly connection: string;
  /** `outgoing`: the app is the client. `incoming`: the app is the server, and exchanges become test cases. */
  readonly direction: "outgoing" | "incoming";
  /** With `udp`, each chunk is one datagram. */
  readonly transport: "tcp" | "udp";
  /**
   * record: TLS protects what passes, and the session reads it as plain text. replay: it did so when this destination was
   * recorded, from the first byte or from a `startTls` on.
   */
  readonly isTls: boolean;
  /**
   * The app's environment as `NAME=value` and the words of its command, where they are known: a password in them is known
   * to us as well. Never kept, never shown.
   */
  readonly surroundings?: readonly string[];
}

/** What a session wants done. Steps are acted on in order, and all of them. */
export type Step<Spec> =
  /** replay: answer the client. */
  | { readonly do: "send"; readonly bytes: Uint8Array }
  /**
   * The next byte on either side is TLS; the session goes on with what it protects. `early` are bytes of the chunk just
   * given that were TLS already.
   */
  | { readonly do: "startTls"; readonly early: Uint8Array }
  /** record: no TLS will begin on this connection any more, nor on others to the same destination. Once at most. */
  | { readonly do: "clear" }
  /**
   * From here on the connection is another's, to that host and port, to be detected like any other; this session is over.
   * `early` are bytes of the chunk just given that belong to it already.
   */
  | { readonly do: "tunnel"; readonly host: string; readonly port: number; readonly early: Uint8Array }
  /**
   * record, where we terminate TLS: these bytes go on in place of the chunk just given, for an exchange that is bound to
   * the certificate that each end sees. Empty where what it held back goes on with a later chunk of that side.
   */
  | { readonly do: "replace"; readonly bytes: Uint8Array }
  /** record, where we terminate TLS: this client cannot be read; its later connections are to be relayed as they are. */
  | { readonly do: "blind"; readonly reason: string }
  /** record: one finished exchange. */
  | { readonly do: "emit"; readonly exchange: Exchange<Spec> }
  /** replay: nothing matched, and how near it came. The session has answered, or will, with a legal error. */
  | { readonly do: "miss"; readonly miss: Miss }
  /**
   * replay: call `wake()` then (pushes, streams). `orOnChange`: and before, whenever what the pool gives may be another,
   * since a mock has answered or another test runs.
   */
  | { readonly do: "wake"; readonly afterMs: number; readonly orOnChange?: boolean }
  /** What a name stands for, as a look-up that passed just said; it names the peers of later connections. */
  | { readonly do: "name"; readonly host: string; readonly addresses: readonly string[] }
  /** record: the rest of this connection is not read; it is named in the report with this reason. */
  | { readonly do: "unread"; readonly reason: string }
  /** replay: close the connection once what was sent is out. record: nothing more will come of it. */
  | { readonly do: "close"; readonly reason: string };

/** One connection's conversation. Any method may throw `FormatError`: the caller drops the session, never the bytes. */
export interface Session<Spec> {
  /** Once, before any data; a server that speaks first sends its greeting here in replay. */
  start(): Iterable<Step<Spec>>;
  data(chunk: Chunk): Iterable<Step<Spec>>;
  wake(at: number): Iterable<Step<Spec>>;
  /** record: bytes of that side went by unseen. Drop the half-built exchange; find the next one or stay silent. */
  gap(from: Side): void;
  /**
   * That side sent its FIN, or the connection was reset: then both sides end, and what only a FIN would have completed
   * is half an exchange.
   */
  end(from: Side, isReset?: boolean): Iterable<Step<Spec>>;
}

/** What a protocol makes of the first bytes: mine, not mine, or not yet known. */
export type Detection = "yes" | "no" | "more";

/** A wire protocol: how to tell it, read it, store it and answer in its place. */
export interface Protocol<Spec = unknown> {
  /** Folder name, word in reports, commit scope. */
  readonly name: string;
  /** The YAML kinds that this protocol reads and writes; the first is the one it writes most. */
  readonly kinds: readonly string[];
  readonly speaksFirst: Side;
  /** Whether it does not matter whom one asks (name servers): a mock answers whichever destination is asked in replay. */
  readonly isAnywhere: boolean;
  /**
   * Whether TLS or a tunnel may begin in the middle of its conversation. Its record sessions then say `clear` when that is
   * over; a protocol without it is clear text as soon as it is recognised.
   */
  readonly upgrades: boolean;
  /** Its names in ALPN (RFC 7301), the best one first; empty where it has none. */
  readonly alpn: readonly string[];
  /** Looks at the head of both directions. Once it says yes or no, more bytes never change that. */
  detect(head: Readonly<Record<Side, Uint8Array>>, peer: Peer): Detection;
  record(peer: Peer): Session<Spec>;
  replay(peer: Peer, pool: Pool<Spec>): Session<Spec>;
  /** What a request is matched by; the one function for recorded specs and for what the app asks in replay. */
  key(spec: Spec): Key;
  /**
   * Plain data for YAML. Strings and `Uint8Array`s of any size may stand in it as leaves: the store writes bytes as
   * base64 and moves what is over 64 KiB to assets.
   */
  toYaml(spec: Spec): { readonly kind: string; readonly spec: unknown };
  /** The inverse; `spec` is what the store read, bytes as `Uint8Array`. Throws `FormatError` with the path of what is wrong. */
  fromYaml(kind: string, spec: unknown): Spec;
}

/** Where the app under test listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** The app expects TLS there. Its certificate proves nothing to us: it is asked at the address where it listens. */
  readonly isTls: boolean;
}

/** A protocol in which the app itself is asked: plays recorded requests to it and judges its answers. */
export interface Driver<Spec = unknown> {
  /** The `Protocol.name` whose specs it drives. */
  readonly protocol: string;
  /** Paths that differ from one answer to the next by nature (`header.Date`): every recorded test begins with them as its noise. */
  readonly noise: readonly string[];
  /** A short slug for file names, without number: `get-users-by-id`. */
  title(spec: Spec): string;
  /** One line for people: `GET /users/7 -> 200`. */
  summary(spec: Spec): string;
  /**
   * Sends the recorded request and resolves with the same request and the app's actual response. Rejects with
   * `DriveError` when the app gives no complete answer within `timeoutMs`.
   */
  send(want: Spec, to: Endpoint, timeoutMs: number): Promise<Spec>;
  /** The spec with each text of its request rewritten, framing included; the same one where that changes nothing. */
  withValues(spec: Spec, rewrite: (text: string) => string): Spec;
  /** Every difference between the responses, before noise; paths as in reports: `status`, `header.Date`, `body.user.id`. */
  compare(want: Spec, got: Spec): readonly Difference[];
}

/** The app's answer to a test request never came or was cut off: the test fails with this sentence. */
export class DriveError extends Error {
  override readonly name = "DriveError";
}

/** Keeps the literal types of a protocol while checking its shape. */
export const defineProtocol = <Spec>(protocol: Protocol<Spec>): Protocol<Spec> => protocol;
