/**
 * The files of trust that are the app's own: named with --trust, named in its environment (also inside connection
 * strings) or its command, libpq's in its user's home, or lying in its directory. Found ones count only if they are made
 * to be trusted; a server's certificate with its chain is none. What a named file lacks is a UsageError, else a note.
 */
import { realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { areRoots, certificatesIn, pemOf } from "./certificates.ts";
import type { Surroundings } from "./runtimes.ts";
import { readStored, type Added, type Stored } from "./stored.ts";
import { bytesOf } from "./system.ts";
import { textsOf } from "./texts.ts";
import type { Walked } from "./walk.ts";
import { passwordsIn, pathsIn } from "./words.ts";

/** A store of roots that is not the system's. */
export interface PrivateStore {
  readonly name: string;
  /** The real path. */
  readonly path: string;
  readonly stored: Stored;
}

/** Roots that stand in a variable itself. */
export interface InlineStore {
  readonly variable: string;
  readonly roots: readonly Uint8Array[];
  /** The variable's value with these in it too. */
  with(added: readonly Added[]): string;
}

export interface PrivateStores {
  readonly stores: readonly PrivateStore[];
  readonly inline: readonly InlineStore[];
  readonly notes: readonly string[];
}

const MOST_BYTES = 4 << 20;
const MOST_STORES = 64;
/** Opening a store with a wrong password takes half a second. */
const PASSWORDS_FOR_FOUND = 2;

export interface PrivateSources extends Surroundings {
  /** Given with --trust. */
  readonly extraFiles: readonly string[];
  readonly walked: Walked;
  /** Real paths of what is everybody's. */
  readonly known: ReadonlySet<string>;
}

export async function privateStores(sources: PrivateSources): Promise<PrivateStores> {
  const { cwd, env, home, extraFiles, walked, known } = sources;
  const said = textsOf(sources);
  const passwords = passwordsIn(said, env);
  const stores = new Map<string, PrivateStore>();
  const notes: string[] = [];
  const seen = new Set(known);
  const add = (path: string, stored: Stored): void => {
    const below = relative(cwd, path);
    stores.set(path, { name: below.startsWith("..") ? path : below, path, stored });
  };
  for (const file of extraFiles) {
    const { path, stored } = await named(resolve(cwd, file), passwords);
    if (!seen.has(path)) add(path, stored);
    seen.add(path);
  }
  const texts = [...said, ...Object.values(env)];
  const mentioned = texts.flatMap((text) => pathsIn(text, { cwd, home }));
  const usual = home === null ? [] : [join(home, ".postgresql/root.crt")];
  const tryFound = async (found: string, tried: readonly string[]): Promise<void> => {
    const path = realOf(found);
    if (path === null || seen.has(path) || stores.size >= MOST_STORES) return;
    seen.add(path);
    const bytes = bytesOf(path, MOST_BYTES);
    if (bytes === undefined || !mayBeStore(bytes)) return;
    const stored = await readStored(bytes, tried);
    if ("reason" in stored) {
      if (/password/.test(stored.reason)) notes.push(`${path} is not added to. ${stored.reason}`);
    } else if (stored.form !== "pem" || areRoots(stored.certificates)) add(path, stored);
  };
  for (const path of [...mentioned, ...usual]) await tryFound(path, passwords);
  for (const path of walked.certificates) await tryFound(path, passwords.slice(0, PASSWORDS_FOR_FOUND));
  return { stores: [...stores.values()], inline: inlineStores(env), notes };
}

async function named(file: string, passwords: readonly string[]): Promise<{ path: string; stored: Stored }> {
  const path = realOf(file);
  const bytes = path === null ? undefined : bytesOf(path, MOST_BYTES);
  if (path === null || bytes === undefined) {
    throw new UsageError("usage.path", `${file}, given with --trust, cannot be read.`, {
      hint: "Name a file of certificates: PEM, or a Java or PKCS12 trust store.",
    });
  }
  const stored = await readStored(bytes, passwords);
  if ("reason" in stored && /password/.test(stored.reason)) {
    throw new UsageError("usage.path", `${file}, given with --trust, cannot be opened. ${stored.reason}`, {
      hint: "Name it in the environment: TRUSTSTORE_PASSWORD=… before the command, or -Djavax.net.ssl.trustStorePassword=….",
    });
  }
  if ("reason" in stored) {
    throw new UsageError("usage.path", `${file}, given with --trust, is not a file of trusted certificates.`, {
      hint: `${stored.reason} Name the file with the roots that the app trusts.`,
    });
  }
  return { path, stored };
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Told by the first bytes, so that programs and data that are named too cost nothing. */
function mayBeStore(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1 << 16));
  return head[0] === 0x30 || head[0] === 0xfe || head[0] === 0xce || head.includes("-----BEGIN ");
}

function inlineStores(env: Readonly<Record<string, string>>): InlineStore[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    if (!value.includes("-----BEGIN CERTIFICATE-----") || value.includes("PRIVATE KEY-----")) return [];
    const isEscaped = !value.includes("\n") && value.includes("\\n");
    const text = isEscaped ? value.replaceAll("\\n", "\n") : value;
    const roots = certificatesIn(text);
    if (!/^\s*-----BEGIN[^]*-----\s*$/.test(text) || !areRoots(roots)) return [];
    const withAll = (added: readonly Added[]): string => {
      const whole = [text.trimEnd(), ...added.map(({ der }) => pemOf(der).trimEnd()), ""].join("\n");
      return isEscaped ? whole.replaceAll("\n", "\\n") : whole;
    };
    return [{ variable, roots, with: withAll }];
  });
}
