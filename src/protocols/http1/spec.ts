/**
 * What one HTTP/1 exchange is in memory: everything that went over the wire, so that it goes over it again byte for
 * byte. Bodies stand as they were sent, without transfer framing but with their codings. Counterparts: to-yaml.ts and
 * from-yaml.ts for files, encode.ts for the wire.
 */

/** A field of the head or the trailer, name spelt as sent. */
export type Header = readonly [name: string, value: string];

/** What is common to requests and responses. */
export interface Message {
  /** 1 or 0: the minor version of HTTP/1. */
  readonly minor: number;
  readonly headers: readonly Header[];
  /** The head as sent, where printing the fields would not give the same bytes (folded lines, odd spacing); else `null`. */
  readonly headWire: Uint8Array | null;
  /** The payload as sent: without chunk framing, still in its content coding. */
  readonly body: Uint8Array;
  /** How the payload was cut into chunks (chunk-sizes.ts); `null` if it was not. */
  readonly chunks: string | null;
  readonly trailers: readonly Header[];
}

export interface HttpRequest extends Message {
  readonly method: string;
  /** As on the request line: `/path?query`, a whole URL, `host:port`, or `*`. */
  readonly target: string;
  /** Scheme and authority that were asked, from the Host field or else from the connection: `http://api.example:8080`. */
  readonly origin: string;
  /** The client announced a body and waited for 100 (Continue), but got its answer and sent none. */
  readonly bodyUnsent: boolean;
}

/** A 1xx response that came before the real one. */
export interface Interim {
  readonly minor: number;
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  readonly headWire: Uint8Array | null;
}

export interface HttpResponse extends Message {
  readonly status: number;
  readonly reason: string;
  readonly interim: readonly Interim[];
  /** The client closed an event stream that had no end; what is here ends with a whole event. */
  readonly cut: boolean;
  /** Other tools leave large bodies out of their files: then this is how long the body was. */
  readonly skippedSize: number | null;
}

export interface HttpSpec {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
}
