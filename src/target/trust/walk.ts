/**
 * A bounded look through the app's directory, nearest files first, for what says whom the app trusts: certificates and
 * stores, Python environments, Java runtimes that are shipped along. Links to directories are not followed. Where the app's
 * directory is the root of all, as in many a container, the system's own directories are nobody's.
 */
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";

export interface Walked {
  readonly certificates: readonly string[];
  /** Directories of virtual environments. */
  readonly venvs: readonly string[];
  readonly javaStores: readonly string[];
  readonly goModules: readonly string[];
}

const MOST_ENTRIES = 6_000;
const MOST_DEPTH = 7;
const MOST_CERTIFICATES = 256;
const SKIPPED = new Set(["node_modules", "__pycache__", ".git", ".hg", ".svn", ".cache", ".tox", "proc", "sys", "dev"]);
const SYSTEM = new Set([
  "bin",
  "boot",
  "etc",
  "lib",
  "lib64",
  "lost+found",
  "media",
  "mnt",
  "run",
  "sbin",
  "tmp",
  "usr",
  "var",
]);
const CERTIFICATE = /\.(?:pem|crt|cer|cert|ca|jks|p12|pfx|pkcs12|keystore|truststore)$/i;

export function walk(root: string): Walked {
  const found = {
    certificates: [] as string[],
    venvs: [] as string[],
    javaStores: [] as string[],
    goModules: [] as string[],
  };
  let folders = [root];
  let left = MOST_ENTRIES;
  for (let depth = 0; depth < MOST_DEPTH && folders.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of folders) {
      if (left <= 0) return found;
      const entries = entriesOf(folder);
      left -= entries.length;
      if (entries.some(({ name }) => name === "pyvenv.cfg")) {
        found.venvs.push(folder);
        continue;
      }
      for (const entry of entries) {
        if (entry.isDirectory()) {
          const isSystem = folder === "/" && SYSTEM.has(entry.name);
          if (!isSystem && !SKIPPED.has(entry.name)) below.push(join(folder, entry.name));
        } else note(found, folder, entry.name);
      }
    }
    folders = below;
  }
  return found;
}

function note(found: { [K in keyof Walked]: string[] }, folder: string, name: string): void {
  const path = join(folder, name);
  if (name === "go.mod") found.goModules.push(path);
  else if (/^(?:jsse)?cacerts$/.test(name) && folder.endsWith("/lib/security")) found.javaStores.push(path);
  else if (CERTIFICATE.test(name) && found.certificates.length < MOST_CERTIFICATES) {
    found.certificates.push(path);
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
