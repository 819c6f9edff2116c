/**
 * The TLS engine's settings, made once and used for many connections: a context costs as much as many handshakes, and only
 * connections of one context can resume each other's sessions.
 *
 * Refuses to choose: who asks says which leaf, which roots and which versions.
 */
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { VersionRange } from "../client-hello.ts";
import type { Leaf } from "./authority.ts";

/** Takes clients back to TLS 1.0, since what a client and a server agree on is theirs to choose. */
const oldest = { minVersion: "TLSv1" } as const satisfies SecureContextOptions;

const ofLeaves = new WeakMap<Leaf, SecureContext>();
const ofRoots = new WeakMap<readonly string[], Map<string, SecureContext>>();

/** For answering clients with `leaf`. */
export const serverContext = (leaf: Leaf): SecureContext => {
  const context = ofLeaves.get(leaf) ?? createSecureContext({ ...oldest, cert: leaf.certificate, key: leaf.key });
  ofLeaves.set(leaf, context);
  return context;
};

export interface ClientContextOptions {
  /** The array itself is what a context is remembered by. */
  readonly roots: readonly string[];
  readonly versions: VersionRange;
  readonly clientCertificate: { readonly certificate: string; readonly key: string } | null;
}

/** For connecting to servers, which are verified against `roots` alone. */
export const clientContext = ({ roots, versions, clientCertificate }: ClientContextOptions): SecureContext => {
  const known = ofRoots.get(roots) ?? new Map<string, SecureContext>();
  ofRoots.set(roots, known);
  const name = JSON.stringify([versions.min, versions.max, clientCertificate?.certificate]);
  const context =
    known.get(name) ??
    createSecureContext({
      ca: [...roots],
      minVersion: versions.min,
      maxVersion: versions.max,
      ...(clientCertificate === null ? {} : { cert: clientCertificate.certificate, key: clientCertificate.key }),
    });
  known.set(name, context);
  return context;
};
