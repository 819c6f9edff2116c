/** TLS over a line; being written. */
import type { TlsVersion, VersionRange } from "../client-hello.ts";
import type { Line } from "../line.ts";
import type { Leaf } from "./authority.ts";

/** What a finished handshake settled. */
export interface TlsFacts {
  readonly is: "open";
  readonly version: TlsVersion;
  readonly alpn: string | null;
  /** The far end's certificates as DER, the leaf first. */
  readonly chain: readonly Uint8Array[];
}

/** Why there is no TLS on a line. */
export interface TlsFailure {
  readonly is: "failed";
  /** The far end sent an alert, ended, or reset; or `ours`: what it said is refused at this end. */
  readonly kind: "alert" | "ended" | "reset" | "ours";
  /** The alert's name as RFC 8446 spells it, where the far end sent one. */
  readonly alert: string | null;
  /** A sentence. */
  readonly message: string;
}

/** TLS over another line. Bytes may be written at once; they go out when the handshake is done. */
export interface TlsLine extends Line {
  /** Never rejects. */
  readonly ready: Promise<TlsFacts | TlsFailure>;
}

export interface ServeOptions {
  readonly leaf: Leaf;
  /** What is chosen of the client's list; `null` leaves ALPN unanswered. */
  readonly alpn: string | null;
  /** Bytes that were already read off the line. */
  readonly early: Uint8Array;
  readonly keyLog: ((line: string) => void) | null;
}

export interface ConnectOptions {
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly versions: VersionRange;
  readonly clientCertificate: { readonly certificate: string; readonly key: string } | null;
  readonly keyLog: ((line: string) => void) | null;
}

export const serveTls = (_line: Line, _options: ServeOptions): TlsLine => {
  throw new Error("TLS is not there yet.");
};

export const connectTls = (_line: Line, _options: ConnectOptions): TlsLine => {
  throw new Error("TLS is not there yet.");
};
