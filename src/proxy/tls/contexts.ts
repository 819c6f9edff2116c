/**
 * The TLS engine's settings, made once and used for many connections: a context costs as much as many handshakes, and only
 * connections of one context can resume each other's sessions.
 *
 * Refuses to choose: who asks says which leaf, which roots, which versions and which groups.
 */
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { VersionRange } from "../client-hello.ts";
import type { Leaf } from "./authority.ts";

/**
 * Which key exchanges are taken: `all` is the engine's own list, which begins with a hybrid of ML-KEM that takes longer than
 * all the rest of a handshake's key exchange.
 */
export type Groups = "classical" | "all";

/** RFC 8446, 4.2.7: P-256, P-384, P-521 and X25519. */
const classical: ReadonlySet<number> = new Set([0x0017, 0x0018, 0x0019, 0x001d]);

/** The quickest that a client with these groups takes; one that names none takes what was there before the hybrids. */
export const groupsFor = (offered: readonly number[]): Groups =>
  offered.length === 0 || offered.some((group) => classical.has(group)) ? "classical" : "all";

const ofGroups = {
  classical: { ecdhCurve: "X25519:P-256:P-384:P-521" },
  all: {},
} as const satisfies Record<Groups, SecureContextOptions>;

/** Takes clients back to TLS 1.0, since what a client and a server agree on is theirs to choose. */
const oldest = { minVersion: "TLSv1" } as const satisfies SecureContextOptions;

const ofLeaves = new WeakMap<Leaf, Map<string, SecureContext>>();
const ofRoots = new WeakMap<readonly string[], Map<string, SecureContext>>();

export interface ServerContextOptions {
  /** The context itself is remembered by it. */
  readonly leaf: Leaf;
  readonly asksCertificate: boolean;
  readonly groups: Groups;
}

/** For answering clients with `leaf`. */
export const serverContext = ({ leaf, asksCertificate, groups }: ServerContextOptions): SecureContext =>
  remembered(ofLeaves, leaf, JSON.stringify([asksCertificate, groups]), {
    ...oldest,
    ...ofGroups[groups],
    cert: leaf.certificate,
    key: leaf.key,
    // Without any, the engine goes through the system's store at each handshake, in search of what else to send.
    ...(asksCertificate ? {} : { ca: leaf.certificate }),
  });

export interface ClientContextOptions {
  /** The array itself is what a context is remembered by. */
  readonly roots: readonly string[];
  readonly versions: VersionRange;
  readonly groups: Groups;
  readonly clientCertificate: { readonly certificate: string; readonly key: string } | null;
}

/** For connecting to servers, which are verified against `roots` alone. */
export const clientContext = ({ roots, versions, groups, clientCertificate }: ClientContextOptions): SecureContext =>
  remembered(ofRoots, roots, JSON.stringify([versions.min, versions.max, groups, clientCertificate?.certificate]), {
    ca: [...roots],
    minVersion: versions.min,
    maxVersion: versions.max,
    ...ofGroups[groups],
    ...(clientCertificate === null ? {} : { cert: clientCertificate.certificate, key: clientCertificate.key }),
  });

const remembered = <K extends object>(
  contexts: WeakMap<K, Map<string, SecureContext>>,
  key: K,
  name: string,
  options: SecureContextOptions,
): SecureContext => {
  const known = contexts.get(key) ?? new Map<string, SecureContext>();
  contexts.set(key, known);
  const context = known.get(name) ?? createSecureContext(options);
  known.set(name, context);
  return context;
};
