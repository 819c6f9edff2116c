/**
 * Whether a program knows a server's certificate by itself (a pin), so that it would refuse any other for that server: the
 * certificate, or a fingerprint of it or of its key, is looked for in the program's file, its sources and its memory.
 *
 * What is not found in time may be a pin still: its client's first refusal tells. What counts is in pin-evidence.ts.
 */
import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { ShownChain } from "../core/shown-chain.ts";
import { lately } from "./lately.ts";
import { type Evidence, evidenceOf, KnownRoots } from "./pin-evidence.ts";
import { type Found, searchProgram } from "./program-search.ts";
import { fingerprint } from "./trust/certificates.ts";

/** How long a client may be kept waiting. */
const MOST_MS = 500;
const MOST_FILES = 200;
const MOST_FILE_BYTES = 1 << 20;
const MOST_DEPTH = 3;
const MOST_REMEMBERED = 10_000;
const SOURCE = /\.(?:[cm]?[jt]sx?|py|rb|php|pl|sh|json|ya?ml|toml|ini|conf|cfg|properties|env|txt|pin|sha256)$|^\.env/i;
const SKIPPED = /^(?:node_modules|__pycache__|venv|site-packages|target|dist|build|reprise|proc|sys)$|^\./;

/** Asks programs whether they know a server; each once for each chain. */
export class Pins {
  readonly #known: KnownRoots;
  readonly #answers = new Map<string, Promise<string | null>>();
  /** Files of programs that hold nothing of a chain. */
  readonly #without = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  /** `roots`: PEM, those that the app is told to trust beside ours. `own`: DER, what the app itself shows its clients. */
  constructor(roots: readonly string[], own: Uint8Array | null) {
    this.#known = new KnownRoots(roots, own);
  }

  /** Where that process has what it would know the server by, in words; null if nowhere. Never rejects. */
  async foundIn(pid: number, shown: ShownChain): Promise<string | null> {
    const started = await startOf(pid);
    if (started === null) return null;
    const chain = shown.chain.map(fingerprint).join(" ");
    const key = `${pid} ${started} ${chain}`;
    const answer = this.#answers.get(key) ?? this.#look(pid, shown, chain).catch(() => null);
    if (this.#answers.size >= MOST_REMEMBERED) this.#answers.clear();
    this.#answers.set(key, answer);
    return await answer;
  }

  async #look(pid: number, shown: ShownChain, chain: string): Promise<string | null> {
    const signal = AbortSignal.timeout(MOST_MS);
    const evidence = evidenceOf(shown, this.#known);
    const program = `${await programOf(pid)} ${chain}`;
    const programs = this.#without.has(program) ? [] : [`/proc/${pid}/exe`];
    const places = { programs, sources: await sourcesOf(pid) };
    // One at a time: together they would take the processor from the app that waits for them.
    const found = this.#last.then(() => searchProgram(pid, places, evidence, signal));
    this.#last = found.catch(() => null);
    const result = await found;
    if (result !== null) return inWords(evidence, result);
    if (!signal.aborted) this.#without.add(program);
    return null;
  }
}

function inWords(evidence: readonly Evidence[], { sought, file }: Found): string {
  const what = evidence[sought]?.what ?? "the server's certificate";
  const place =
    file === null ? "its memory" : file.endsWith("/exe") ? "its file" : file.replace(/^\/proc\/\d+\/root/, "");
  return `${what} in ${place}`;
}

/** When it began, which tells it from another of the same number; null: it is gone. */
const startOf = lately(async (pid) => {
  try {
    const status = await readFile(`/proc/${pid}/stat`, "utf8");
    return status.slice(status.lastIndexOf(")")).split(" ")[20] ?? null;
  } catch {
    return null;
  }
});

async function programOf(pid: number): Promise<string> {
  const { dev, ino, mtimeMs } = await stat(`/proc/${pid}/exe`);
  return `${dev} ${ino} ${mtimeMs}`;
}

/** Sources and settings beside the process and the scripts that its command names, as this process reaches them. */
async function sourcesOf(pid: number): Promise<string[]> {
  const root = `/proc/${pid}/root`;
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "/");
  const words = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
  const named = words.slice(1).filter((word) => SOURCE.test(word));
  const scripts = named.map((word) => join(root, isAbsolute(word) ? word : join(cwd, word)));
  const folders = new Set([cwd === "/" ? null : join(root, cwd), ...scripts.map((path) => join(path, ".."))]);
  const found = new Set<string>(await readable(scripts));
  for (const folder of folders) if (folder !== null && folder !== root) await addBelow(folder, found);
  return [...found];
}

async function addBelow(top: string, found: Set<string>): Promise<void> {
  let folders = [top];
  for (let depth = 0; depth < MOST_DEPTH && folders.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of folders) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      const files = entries.filter((entry) => entry.isFile() && SOURCE.test(entry.name));
      for (const path of await readable(files.map(({ name }) => join(folder, name)))) {
        if (found.size >= MOST_FILES) return;
        found.add(path);
      }
      const inner = entries.filter((entry) => entry.isDirectory() && !SKIPPED.test(entry.name));
      below.push(...inner.map(({ name }) => join(folder, name)));
    }
    folders = below.slice(0, MOST_FILES);
  }
}

/** Those that are no larger than sources are. */
async function readable(paths: readonly string[]): Promise<string[]> {
  const sizes = await Promise.all(paths.slice(0, MOST_FILES).map((path) => stat(path).then((found) => found.size, () => Infinity))); // prettier-ignore
  return paths.filter((_, index) => (sizes[index] ?? Infinity) <= MOST_FILE_BYTES);
}
