/**
 * What the proxy has to know to stand between an app and the TLS servers that it calls: whom to believe upstream, and in
 * whose name to answer the app. Pure data; target/trust finds the roots, and cli/security.ts puts it together.
 */
import type { Authority } from "./authority.ts";

/** One set of roots that the app may be using, and the authority that stands in it beside them. */
export interface TrustStore {
  /** As a report names it: "the system's roots", or a file. */
  readonly name: string;
  /** PEM, one certificate or several each. */
  readonly roots: readonly string[];
  /** Signs the leaves for servers that these roots accept. */
  readonly authority: Authority;
  /** Only those of the app's clients go by it that are told of a file; the others go by the system's roots. */
  readonly isPrivate?: boolean;
}

/** What is shown to upstreams that demand a client certificate. */
export interface ClientCertificate {
  /** A host name, an address, or `*.` and a domain. */
  readonly host: string;
  /** PEM, the leaf first. */
  readonly certificate: string;
  readonly key: string;
}

export interface TlsOptions {
  /** The system's first: the first store that accepts a chain signs the leaf. */
  readonly stores: readonly TrustStore[];
  /** Trusted by nobody: signs where every store refuses. */
  readonly untrusted: Authority;
  readonly clientCertificates: readonly ClientCertificate[];
  /** Takes lines of the NSS key log format, without a line feed. */
  readonly keyLog: ((line: string) => void) | null;
}
