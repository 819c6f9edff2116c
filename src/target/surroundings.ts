/**
 * Where an app may have its passwords from, as texts: environment, command, password files, its directory's configuration,
 * addresses within the program itself. A protocol that has to prove who a client is looks among them; nothing here is
 * stored or shown. Which words are passwords is no question of this file.
 */
import { closeSync, type Dirent, openSync, readdirSync, readSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/** The app, as it is started. */
export interface StartedApp {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The home of the user that it runs as. */
  readonly home: string | null;
}

const MOST_FILES = 300;
const MOST_DEPTH = 3;
const MOST_TEXT_BYTES = 256 << 10;
const MOST_PROGRAM_BYTES = 64 << 20;
const MOST_LINES = 400;
const MOST_LINE = 2_000;
const SKIPPED = new Set([
  "node_modules",
  "__pycache__",
  "venv",
  "site-packages",
  "target",
  "dist",
  "build",
  "proc",
  "sys",
  // Recordings tell what was found before, not where it comes from.
  "reprise",
  "keploy",
]);
const SETTINGS =
  /^\.env|\.(?:env|properties|ya?ml|toml|json|ini|conf|cfg|config|xml|py|[cm]?[jt]s|rb|php|go|java|kt|rs|cs|sh)$/i;
const TELLING = /pass|pwd|secret|:\/\/[^\s/@:]*:[^\s/]*@/i;
/** The end of an address's scheme, a user and a password, as compilers leave them in a program. */
const ADDRESS = /^:\/\/[^\s\0/@:"'`]{1,64}:[^\s\0/"'`]{1,128}@/;
const LONGEST_ADDRESS = 200;
const MOST_ADDRESSES = 100;
const BLOCK_BYTES = 256 << 10;

/** The texts, those that most likely hold a password first. */
export function surroundingsOf(app: StartedApp): readonly string[] {
  const lines = [...passwordFiles(app).flatMap(linesOf), ...settings(app.cwd).flatMap(tellingLines)];
  return [
    ...Object.entries(app.env).map(([name, value]) => `${name}=${value}`),
    app.command,
    ...lines.slice(0, MOST_LINES),
    ...programs(app).flatMap(addressesIn),
  ];
}

const passwordFiles = ({ env, home }: StartedApp): string[] => {
  const atHome = home === null ? [] : [".pgpass", ".pg_service.conf"].map((name) => join(home, name));
  const named = ["PGPASSFILE", "PGSERVICEFILE"].flatMap((name) => env[name] ?? []);
  return [...named, ...atHome];
};

const linesOf = (path: string): string[] =>
  textOf(path)
    .split(/\r?\n/)
    .filter((line) => line !== "" && !line.startsWith("#") && line.length <= MOST_LINE);

const tellingLines = (path: string): string[] => linesOf(path).filter((line) => TELLING.test(line));

/** Settings and sources, nearest first. */
function settings(root: string): string[] {
  const found: string[] = [];
  let folders = [root];
  for (let depth = 0; depth < MOST_DEPTH && found.length < MOST_FILES; depth++) {
    const entries = folders.flatMap((folder) => entriesOf(folder).map((entry) => ({ folder, entry })));
    found.push(...entries.flatMap(({ folder, entry }) => (entry.isFile() && SETTINGS.test(entry.name) ? [join(folder, entry.name)] : []))); // prettier-ignore
    const below = entries.filter(({ entry: { name } }) => !SKIPPED.has(name) && !name.startsWith("."));
    folders = below.flatMap(({ folder, entry }) => (entry.isDirectory() ? [join(folder, entry.name)] : []));
  }
  return found.slice(0, MOST_FILES);
}

/** The files that the command's words name: the program, a script for an interpreter. */
const programs = ({ command, cwd }: StartedApp): string[] => {
  const words = command.split(/[\s;&|()<>"'=]+/).filter((word) => word.includes("/") || word.includes("."));
  return [...new Set(words.map((word) => (isAbsolute(word) ? word : join(cwd, word))))].slice(0, 16);
};

/** Block by block: a program may be larger than all that we hold. */
function addressesIn(path: string): string[] {
  const found = new Set<string>();
  withFile(path, (fd) => {
    const block = Buffer.alloc(BLOCK_BYTES);
    let kept = 0;
    for (let left = MOST_PROGRAM_BYTES; left > 0 && found.size < MOST_ADDRESSES;) {
      const read = readSync(fd, block, kept, Math.min(left, block.length - kept), null);
      if (read === 0) return;
      left -= read;
      const seen = block.subarray(0, kept + read);
      for (let at = seen.indexOf("://"); at >= 0 && found.size < MOST_ADDRESSES; at = seen.indexOf("://", at + 3)) {
        const address = ADDRESS.exec(seen.toString("latin1", at, at + LONGEST_ADDRESS));
        if (address !== null) found.add(address[0]);
      }
      // What begins at its end goes on in the next one.
      kept = Math.min(LONGEST_ADDRESS, seen.length);
      block.copyWithin(0, seen.length - kept, seen.length);
    }
  });
  return [...found];
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The head of a file, empty where there is none or it is not an ordinary one. */
function textOf(path: string): string {
  let text = "";
  withFile(path, (fd, size) => {
    const bytes = Buffer.alloc(Math.min(size, MOST_TEXT_BYTES));
    text = bytes.toString("utf8", 0, readSync(fd, bytes, 0, bytes.length, 0));
  });
  return text;
}

/** Files that cannot be read hold nothing, and neither do those that are not ordinary ones. */
function withFile(path: string, read: (fd: number, size: number) => void): void {
  try {
    const { size } = Bun.file(path);
    if (size === 0 || !Number.isFinite(size)) return;
    const fd = openSync(path, "r");
    try {
      read(fd, size);
    } finally {
      closeSync(fd);
    }
  } catch {
    // It is none of the app's, or gone.
  }
}
