/** What the proxy is given to answer TLS with in tests: the tests' own authority, believed by whoever is told. */
import { createAuthority } from "../../src/proxy/tls/authority.ts";
import { type TlsOptions } from "../../src/proxy/tls/tls-options.ts";
import { authority } from "./tls-ends.ts";

export const untrusted = createAuthority({ name: "Nobody", instants: [Date.now()] });

/** With these roots a server is believed. */
export const tlsOptions = (roots: readonly string[] = [], keyLog: TlsOptions["keyLog"] = null): TlsOptions => ({
  stores: [{ name: "the tests' roots", roots, authority }],
  untrusted,
  clientCertificates: [],
  keyLog,
});
