/** Directories of certificates that the user has named in SSL_CERT_DIR: roots of their own, unless they are the system's. */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { areRoots, certificatesIn } from "./certificates.ts";
import type { Surroundings } from "./runtimes.ts";
import { bytesOf, realOnes } from "./system.ts";

export interface TrustDirectory {
  /** The real path. */
  readonly path: string;
  readonly roots: readonly Uint8Array[];
}

const MOST_DIRECTORIES = 16;
const MOST_FILES = 1_024;
const MOST_BYTES = 64 << 10;

export function ownDirectories({ env, cwd }: Surroundings, system: readonly string[]): TrustDirectory[] {
  const named = (env["SSL_CERT_DIR"] ?? "").split(":").filter((path) => path !== "");
  const real = realOnes(
    named.slice(0, MOST_DIRECTORIES).map((path) => resolve(cwd, path)),
    "directory",
  ).filter((path) => !system.includes(path));
  return real.map((path) => ({ path, roots: rootsIn(path) })).filter(({ roots }) => roots.length > 0);
}

function rootsIn(folder: string): Uint8Array[] {
  const names = readdirSync(folder).filter((name) => /\.(?:\d+|pem|crt|cer)$/.test(name));
  return names.slice(0, MOST_FILES).flatMap((name) => {
    const certificates = certificatesIn(Buffer.from(bytesOf(join(folder, name), MOST_BYTES) ?? []).toString("latin1"));
    return areRoots(certificates) ? certificates : [];
  });
}
