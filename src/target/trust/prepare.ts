/**
 * Makes the app trust the authorities of one run, and nobody else on the machine: which files it is to find in place of
 * the host's, which variables name what, and which roots each authority stands for. It reads the host and writes nothing;
 * the launcher puts the files in place where the app alone sees them. The authorities themselves are proxy/tls's.
 */
import type { Placed } from "../placed.ts";
import { certificatesIn, fingerprint } from "./certificates.ts";
import { refusesChannelBinding } from "./channel-binding.ts";
import { ownDirectories, type TrustDirectory } from "./directories.ts";
import { trustEnvironment } from "./environment.ts";
import { localRoots } from "./local-roots.ts";
import { anchorEntries, hashedEntries, namedFiles } from "./made.ts";
import { partition, type RootStore } from "./partition.ts";
import { type PrivateStores, privateStores } from "./private.ts";
import { runtimeStores, type RuntimeStores, type Surroundings } from "./runtimes.ts";
import { type Added, readStored, type Stored } from "./stored.ts";
import { bytesOf, systemTrust, type SystemTrust } from "./system.ts";
import { walk, type Walked } from "./walk.ts";

export interface TrustOptions extends Surroundings {
  /** Private files of trust, given with --trust. */
  readonly extraFiles: readonly string[];
  /** The certificate, as PEM, of the authority that stands for the store of that name. */
  authorityFor(name: string): string;
}

export interface Trust {
  readonly files: readonly Placed[];
  /** What the app's environment holds besides, or instead. */
  readonly env: Readonly<Record<string, string>>;
  /** At least one; no root is in two of them. Those that most files trust come first. */
  readonly stores: readonly RootStore[];
  /** What was found and added to, for people who look for a fault. */
  readonly notes: readonly string[];
}

/** The name of the store of what every program trusts and no private file. */
export const SYSTEM_STORE = "the system's roots";
/** The name of the store of what the machine's owner has added to them. */
export const LOCAL_STORE = "the system's additions";

const MOST_BYTES = 8 << 20;
/** The launcher places a thousand files at most. */
const MOST_SHARED = 512;

/** What is there, before anybody is to be trusted besides. */
interface Found {
  readonly system: SystemTrust;
  readonly walked: Walked;
  readonly runtimes: RuntimeStores;
  readonly shared: Shared;
  readonly own: PrivateStores;
  readonly directories: readonly TrustDirectory[];
}

/** Looks for every store that the app may read. A file given with --trust that is none is a UsageError. */
export async function prepareTrust(options: TrustOptions): Promise<Trust> {
  const found = await findStores(options);
  const { shared, own, directories, system, runtimes, walked } = found;
  const sharedRoots = [...shared.stores.values()].flatMap(({ certificates }) => certificates);
  const { everybodys, locals } = sharedBundles(system, shared);
  const bundles = [
    { name: SYSTEM_STORE, roots: everybodys },
    ...locals,
    ...own.stores.map(({ name, stored }) => ({ name, roots: stored.certificates })),
    ...own.inline.map(({ variable, roots }) => ({ name: variable, roots })),
    ...directories.map(({ path, roots }) => ({ name: path, roots })),
  ];
  const stores = partition(bundles);
  const added = additions(stores, bundles.length, options);
  const everywhere = added.shift() ?? [];
  const ofLocals = new Map(added.splice(0, locals.length).map((each, at) => [locals[at]?.path, each] as const));
  const ofOwn = added.splice(0, own.stores.length);
  const ofInline = added.splice(0, own.inline.length);
  const ofDirectories = added;
  const ofShared = (path: string | undefined): readonly Added[] => distinct(everywhere, ofLocals.get(path) ?? []);
  const ofSystem = ofShared(system.bundles[0]);

  const placed = await placedFiles(found, { ofShared, ofSystem, ofOwn, ofDirectories });
  const sharedPaths = [...shared.stores.keys()].map((path) => [path, ofShared(path)] as const);
  const additionsAt = new Map([...sharedPaths, ...own.stores.map(({ path }, at) => [path, ofOwn[at] ?? []] as const)]);
  const { isJavaUnknown } = runtimes;
  const { env, cwd } = options;
  const lookUp = { additionsAt: (path: string) => additionsAt.get(path) };
  const made = await namedFiles({ env, cwd, system, sharedRoots, isJavaUnknown, everywhere, ofSystem, ...lookUp });
  const facts = {
    env,
    hasPythonStores: runtimes.python.length > 0,
    refusesChannelBinding: refusesChannelBinding(options, walked),
  };
  const inline = own.inline.map((each, at) => [each.variable, each.with(ofInline[at] ?? [])] as const);
  return {
    files: [...placed, ...made.files],
    env: { ...trustEnvironment(made.named, facts), ...Object.fromEntries(inline) },
    stores,
    notes: [...notesOf(found), ...bundles.slice(1).map(({ name }) => `a store of its own: ${name}`)],
  };
}

async function findStores(options: TrustOptions): Promise<Found> {
  const system = systemTrust();
  const walked = walk(options.cwd);
  const runtimes = runtimeStores(options, walked);
  const shared = await sharedStores(system, runtimes);
  const known = new Set([...shared.stores.keys(), ...shared.refused.keys()]);
  const own = await privateStores({ ...options, walked, known });
  const directories = ownDirectories(options, system.hashed);
  return { system, walked, runtimes, shared, own, directories };
}

/** Stores that belong to the machine or to a runtime, by real path. */
interface Shared {
  readonly stores: ReadonlyMap<string, Stored>;
  /** With the reason. */
  readonly refused: ReadonlyMap<string, string>;
}

async function sharedStores(system: SystemTrust, runtimes: RuntimeStores): Promise<Shared> {
  const stores = new Map<string, Stored>();
  const refused = new Map<string, string>();
  const { python, java, others } = runtimes;
  const paths = new Set([...system.bundles, ...java, ...python, ...others]);
  for (const path of [...paths].slice(0, MOST_SHARED)) {
    const bytes = bytesOf(path, MOST_BYTES);
    const stored = bytes === undefined ? { reason: "It is too large." } : await readStored(bytes, ["changeit", ""]);
    if ("reason" in stored) refused.set(path, stored.reason);
    else stores.set(path, stored);
  }
  return { stores, refused };
}

/** What a file that is everybody's holds of the owner's own. */
interface LocalBundle {
  readonly name: string;
  readonly path: string;
  readonly roots: readonly Uint8Array[];
}

/** Tells what any runtime trusts from what only those do that read a file with the owner's own roots in it. */
function sharedBundles(
  { bundles }: SystemTrust,
  { stores }: Shared,
): { everybodys: Uint8Array[]; locals: LocalBundle[] } {
  const local = localRoots(bundles.flatMap((path) => stores.get(path)?.certificates ?? []));
  const isLocal = (der: Uint8Array): boolean => local.has(fingerprint(der));
  const everybodys = [...stores.values()].flatMap(({ certificates }) => certificates.filter((der) => !isLocal(der)));
  const locals = [...stores].flatMap(([path, { certificates }]) => {
    const roots = certificates.filter(isLocal);
    return roots.length === 0 ? [] : [{ name: bundles.includes(path) ? LOCAL_STORE : path, path, roots }];
  });
  return { everybodys, locals };
}

const distinct = (...lists: readonly (readonly Added[])[]): Added[] => {
  const all = new Map(lists.flat().map(({ der }) => [fingerprint(der), der]));
  return [...all.values()].map((der, at) => ({ name: `reprise run ca ${at}`, der }));
};

/** For each bundle the certificates of the authorities that stand for its roots, each once. */
function additions(stores: readonly RootStore[], bundles: number, options: TrustOptions): Added[][] {
  const authorities = stores.map((store) => ({
    store,
    certificates: certificatesIn(options.authorityFor(store.name)),
  }));
  return Array.from({ length: bundles }, (_, index) => {
    const own = authorities.filter(({ store }) => store.bundles.includes(index));
    return distinct(own.flatMap(({ certificates }) => certificates.map((der) => ({ name: "", der }))));
  });
}

interface Additions {
  /** For the file of that path. */
  ofShared(path: string): readonly Added[];
  readonly ofSystem: readonly Added[];
  readonly ofOwn: readonly (readonly Added[])[];
  readonly ofDirectories: readonly (readonly Added[])[];
}

/** What the host has, with the authorities in it. */
async function placedFiles(found: Found, { ofShared, ofSystem, ofOwn, ofDirectories }: Additions): Promise<Placed[]> {
  const { system, shared, own, directories } = found;
  const files: Placed[] = [];
  for (const [path, stored] of shared.stores) files.push({ path, content: await stored.with(ofShared(path)) });
  for (const [at, { path, stored }] of own.stores.entries()) {
    files.push({ path, content: await stored.with(ofOwn[at] ?? []) });
  }
  files.push(...directories.flatMap(({ path }, at) => hashedEntries(path, ofDirectories[at] ?? [])));
  files.push(...system.hashed.flatMap((path) => hashedEntries(path, ofSystem)));
  files.push(...system.anchors.flatMap((path) => anchorEntries(path, ofSystem)));
  return files;
}

function notesOf({ system, runtimes, shared, own }: Found): string[] {
  const { python, java, others } = runtimes;
  const lists = { system: [...system.bundles, ...system.hashed, ...system.anchors], python, java, other: others };
  return [
    ...Object.entries(lists).flatMap(([name, paths]) => paths.map((path) => `${name}: ${path}`)),
    ...[...shared.refused].map(([path, reason]) => `${path} is not added to. ${reason}`),
    ...own.notes,
  ];
}
