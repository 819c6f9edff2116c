/**
 * Which of the system's roots are its owner's own: a company's, added to what the distribution brings. Runtimes with roots
 * compiled in (Node, Deno) and packages that bring a file (certifi) know Mozilla's like the distribution, and none of these.
 *
 * Refuses to guess: without a sign of it, a root is everybody's.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { certificatesIn, fingerprint } from "./certificates.ts";
import { bytesOf, realOnes } from "./system.ts";

/** Where the distribution's package has them: directories of Debian and Alpine; files of Red Hat, Arch and SUSE. */
const PACKAGED = [
  "/usr/share/ca-certificates/mozilla",
  "/usr/share/pki/ca-trust-source/ca-bundle.trust.p11-kit",
  "/usr/share/ca-certificates/trust-source/mozilla.trust.p11-kit",
  "/usr/share/pki/trust/ca-certificates-mozilla.trust.p11-kit",
];

/** Where owners put theirs. */
const ADDED = [
  "/usr/local/share/ca-certificates",
  "/etc/pki/ca-trust/source/anchors",
  "/etc/pki/trust/anchors",
  "/usr/share/pki/trust/anchors",
  "/etc/ca-certificates/trust-source/anchors",
];

const MOST_BYTES = 8 << 20;
const MOST_FILES = 1_024;

export interface RootSources {
  readonly packaged: readonly string[];
  readonly added: readonly string[];
}

const usual: RootSources = { packaged: PACKAGED, added: ADDED };

/** Fingerprints of those of `roots` that only this machine knows. */
export function localRoots(roots: readonly Uint8Array[], sources: RootSources = usual): ReadonlySet<string> {
  const packaged = fingerprintsAt(sources.packaged);
  const added = fingerprintsAt(sources.added);
  const compiledIn = new Set(rootCertificates.flatMap(certificatesIn).map(fingerprint));
  const isLocal = (id: string): boolean => {
    if (packaged.has(id) || compiledIn.has(id)) return false;
    return packaged.size > 0 || added.has(id);
  };
  return new Set(roots.map(fingerprint).filter(isLocal));
}

const fingerprintsAt = (places: readonly string[]): ReadonlySet<string> =>
  new Set(places.flatMap(filesAt).flatMap((path) => certificatesAt(path).map(fingerprint)));

const filesAt = (place: string): string[] => {
  if (realOnes([place], "directory").length === 0) return [place];
  try {
    const names = readdirSync(place, { recursive: true, encoding: "utf8" });
    return names.slice(0, MOST_FILES).map((name) => join(place, name));
  } catch {
    return [];
  }
};

/** PEM, or one certificate as it is. */
const certificatesAt = (path: string): Uint8Array[] => {
  const bytes = bytesOf(path, MOST_BYTES) ?? new Uint8Array(0);
  return bytes[0] === 0x30 ? [bytes] : certificatesIn(Buffer.from(bytes).toString("latin1"));
};
