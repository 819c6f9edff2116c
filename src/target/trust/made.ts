/**
 * Files of trust that the host has none of: entries of hashed and of anchor directories, and the ones that variables name,
 * in a directory that the app alone sees. Beside them lie the host's own; those are added to, in prepare.ts.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Placed } from "../placed.ts";
import { certificatesIn, fingerprint, pemOf, subjectHash } from "./certificates.ts";
import type { NamedFiles } from "./environment.ts";
import { addToPkcs12, emptyPkcs12 } from "./pkcs12.ts";
import type { Added } from "./stored.ts";
import { bytesOf, realOnes, type SystemTrust } from "./system.ts";

/** Those certificates under the names by which OpenSSL looks them up. */
export function hashedEntries(folder: string, added: readonly Added[]): Placed[] {
  const taken = new Set<string>();
  const entries = added.map(({ der }) => {
    const hash = subjectHash(der);
    let number = 0;
    while (taken.has(`${hash}.${number}`) || existsSync(join(folder, `${hash}.${number}`))) number++;
    taken.add(`${hash}.${number}`);
    return { path: join(folder, `${hash}.${number}`), content: pemOf(der) };
  });
  return [{ folder }, ...entries];
}

/** Those certificates where every file is read. */
export const anchorEntries = (folder: string, added: readonly Added[]): Placed[] => [
  { folder },
  ...added.map(({ der }, index) => ({ path: join(folder, `reprise-${index}.crt`), content: pemOf(der) })),
];

export interface MadeOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly system: SystemTrust;
  /** The certificates of the stores that are everybody's, for a store of Java's. */
  readonly sharedRoots: readonly Uint8Array[];
  readonly isJavaUnknown: boolean;
  /** What every store that is everybody's is given: authorities that stand for what any runtime knows by itself. */
  readonly everywhere: readonly Added[];
  /** What the system's is given. */
  readonly ofSystem: readonly Added[];
  /** What the file of that real path is given; `undefined` if it is none that is added to. */
  additionsAt(path: string): readonly Added[] | undefined;
}

export interface Made {
  readonly files: readonly Placed[];
  /** `null` on a machine where nothing can be shown under a name. */
  readonly named: NamedFiles | null;
}

export async function namedFiles(options: MadeOptions): Promise<Made> {
  const { system, ofSystem, isJavaUnknown, sharedRoots } = options;
  if (system.home === null) return { files: [], named: null };
  const folder = join(system.home, "reprise");
  const base: Placed[] = system.hashed.includes(system.home) ? [] : [{ folder: system.home }];
  const files: Placed[] = [...base, { folder }];
  const put = (name: string, content: string | Uint8Array): string => {
    files.push({ path: join(folder, name), content });
    return join(folder, name);
  };
  const ours = ofSystem.map(({ der }) => pemOf(der)).join("");
  const first = system.bundles[0];
  const systemText = first === undefined ? sharedRoots.map(pemOf).join("") : textOf(first);
  const extra = (variable: string, name: string): string | null => {
    const text = extraText(variable, options);
    return text === null ? null : put(name, text);
  };
  const named = {
    bundle: put("bundle.pem", `${systemText}\n${ours}`),
    nodeExtra: extra("NODE_EXTRA_CA_CERTS", "node.pem"),
    denoExtra: extra("DENO_CERT", "deno.pem"),
    java: isJavaUnknown ? put("roots.p12", await javaStore(sharedRoots, ofSystem)) : null,
  };
  return { files, named };
}

const MOST_BYTES = 8 << 20;

const textOf = (path: string): string => Buffer.from(bytesOf(path, MOST_BYTES) ?? []).toString("latin1");

/** What the variable is to name; `null` if the file that it names has all of it where it lies. */
function extraText(variable: string, { env, cwd, everywhere, additionsAt }: MadeOptions): string | null {
  const value = env[variable] ?? "";
  const [path] = value === "" ? [] : realOnes([resolve(cwd, value)], "file");
  const there = path === undefined ? [] : (additionsAt(path) ?? []);
  const lacking = new Map([...there, ...everywhere].map(({ der }) => [fingerprint(der), der]));
  if (there.length > 0 && lacking.size === there.length) return null;
  const theirs = path === undefined ? "" : `${textOf(path)}\n`;
  const shown = certificatesIn(theirs).length > 0 ? theirs : "";
  return shown + [...lacking.values()].map(pemOf).join("");
}

function javaStore(sharedRoots: readonly Uint8Array[], ofSystem: readonly Added[]): Promise<Uint8Array> {
  const roots = new Map(sharedRoots.map((der) => [fingerprint(der), der]));
  const named = [...roots.values()].map((der, index) => ({ name: `root ${index}`, der }));
  return addToPkcs12(emptyPkcs12(), [...named, ...ofSystem], null);
}
