/**
 * Where systems keep the roots that every program trusts: bundles, and directories in which OpenSSL looks a certificate up
 * by its hash. It only says what is there; prepare.ts decides what is put in its place.
 */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";

/** PEM bundles of Debian, Red Hat, SUSE, Alpine, Arch, NixOS, FreeBSD's ports and OpenSSL's own default. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/ca-bundle.pem",
  "/var/lib/ca-certificates/ca-bundle.pem",
  "/etc/ssl/cert.pem",
  "/etc/ssl/certs/ca-bundle.crt",
  "/etc/ca-certificates/extracted/tls-ca-bundle.pem",
  "/etc/pki/tls/cert.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/tls/certs/ca-bundle.trust.crt",
  "/etc/pki/ca-trust/extracted/openssl/ca-bundle.trust.crt",
  "/etc/openssl/certs/ca-certificates.crt",
  "/usr/local/etc/ssl/cert.pem",
  "/usr/local/share/certs/ca-root-nss.crt",
  "/usr/local/ssl/cert.pem",
  "/usr/lib/ssl/cert.pem",
  "/usr/share/ssl/certs/ca-bundle.crt",
  "/home/linuxbrew/.linuxbrew/etc/ca-certificates/cert.pem",
  "/home/linuxbrew/.linuxbrew/etc/openssl@3/cert.pem",
];

const HASHED = [
  "/etc/ssl/certs",
  "/etc/pki/tls/certs",
  "/etc/pki/ca-trust/extracted/pem/directory-hash",
  "/var/lib/ca-certificates/pem",
  "/var/lib/ca-certificates/openssl",
  "/etc/ca-certificates/extracted/cadir",
  "/etc/openssl/certs",
  "/usr/lib/ssl/certs",
  "/usr/local/ssl/certs",
];

/** p11-kit reads every file in these, and what uses it (GnuTLS of Red Hat, Arch and SUSE) reads no bundle. */
const ANCHORS = [
  "/etc/pki/ca-trust/source/anchors",
  "/etc/pki/trust/anchors",
  "/etc/ca-certificates/trust-source/anchors",
];

/** Directories that are there on any machine, for files which are named to the app; the first one will do. */
const HOMES = ["/etc/ssl", "/etc/pki", "/etc/opt", "/mnt", "/media", "/srv", "/opt"];

export interface SystemTrust {
  /** Real paths, the one that programs use most first. */
  readonly bundles: readonly string[];
  readonly hashed: readonly string[];
  readonly anchors: readonly string[];
  /** A directory below which files of ours can be shown to the app; `null` on a machine without any that is known. */
  readonly home: string | null;
}

export function systemTrust(): SystemTrust {
  const hashed = realOnes(HASHED, "directory");
  return {
    bundles: realOnes(BUNDLES, "file"),
    hashed,
    anchors: realOnes(ANCHORS, "directory"),
    home: hashed[0] ?? realOnes(HOMES, "directory")[0] ?? null,
  };
}

/** Those that are there, links followed, each once. */
export function realOnes(paths: readonly string[], kind: "file" | "directory"): string[] {
  const real = paths.flatMap((path) => {
    try {
      const found = realpathSync(path);
      const facts = statSync(found);
      return (kind === "file" ? facts.isFile() : facts.isDirectory()) ? [found] : [];
    } catch {
      return [];
    }
  });
  return [...new Set(real)];
}

/** A file's bytes; `undefined` where it is not there, is no file, is larger than `most` or may not be read. */
export function bytesOf(path: string, most: number): Uint8Array | undefined {
  try {
    if (!existsSync(path)) return undefined;
    const facts = statSync(path);
    return facts.isFile() && facts.size <= most ? new Uint8Array(readFileSync(path)) : undefined;
  } catch {
    return undefined;
  }
}
