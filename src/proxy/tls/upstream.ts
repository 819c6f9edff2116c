/** The upstream side of a terminated connection; being written. */
import type { ClientHello } from "../client-hello.ts";
import type { Line } from "../line.ts";
import type { Leaf } from "./authority.ts";
import type { TlsFailure } from "./failure.ts";
import type { TlsFacts, TlsLine } from "./tls-line.ts";
import type { TlsOptions } from "./tls-options.ts";

/** What became of the upstream side, and with it what to do with the client. */
export type Upstream =
  /** Answer the client with `leaf` and `facts.alpn`. `refusal` says why no store believes the server; then `leaf` is the untrusted authority's. */
  | {
      readonly is: "open";
      readonly line: TlsLine;
      readonly facts: TlsFacts;
      readonly leaf: Leaf;
      readonly refusal: string | null;
    }
  /** Send the held ClientHello on over a fresh connection and read nothing: this one is used up. */
  | { readonly is: "blind"; readonly reason: string }
  /** The server refused or left: the client gets the same. */
  | { readonly is: "failed"; readonly failure: TlsFailure };

export interface UpstreamRequest {
  /** An established connection to the server; mid-stream, behind what was said in clear. */
  readonly line: Line;
  readonly hello: ClientHello;
  /** Where the app wanted to go. */
  readonly address: string;
  readonly port: number;
  /** The names in ALPN that can be read; offered as far as the client offers them too. */
  readonly alpn: readonly string[];
}

/** Opens TLS to servers and remembers what it learned of each, for one run. */
export interface Upstreams {
  open(request: UpstreamRequest): Promise<Upstream>;
}

export const createUpstreams = (_options: TlsOptions): Upstreams => {
  throw new Error("TLS is not there yet.");
};
