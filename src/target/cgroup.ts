/**
 * The cgroup that holds the app: everything the app starts is in it, however it detaches itself, and nothing else is. It
 * is what the kernel programs hang on and what tells the app's processes when they must end. It never touches a cgroup
 * that holds a process of somebody else.
 */
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { EnvironmentError } from "../core/errors.ts";
import { untilEmpty } from "./cgroup-events.ts";
import { type CgroupMount, findCgroupMount } from "./cgroup-mount.ts";

/** One fresh cgroup. */
export interface Cgroup {
  /** Its directory, to attach programs to and to start processes in. */
  readonly fd: number;
  /** For messages; nothing can be opened by it where the hierarchy is mounted for us alone. */
  readonly path: string;
  /** The processes in it and below it, zombies left out. */
  pids(): number[];
  /** Sends the signal to every process in it; with SIGKILL none escapes by forking. */
  kill(signal: NodeJS.Signals): void;
  /** `true` as soon as no process is left, `false` when `signal` aborts first. */
  untilEmpty(signal: AbortSignal): Promise<boolean>;
  /** Removes it if it is empty, and closes `fd` in any case. */
  remove(): void;
}

let found: CgroupMount | undefined;
let made = 0;

/** Makes a cgroup, and clears away the empty ones of processes of ours that are gone. */
export function createCgroup(mount: CgroupMount = (found ??= findCgroupMount())): Cgroup {
  removeLeftOvers(mount);
  try {
    const name = makeFolder(mount);
    const folder = `${mount.path}/${name}`;
    const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    return new DirectoryCgroup(fd, mount.isPrivate ? `cgroup2:/${name}` : folder, folder);
  } catch (cause) {
    const message = `No cgroup can be made in ${mount.path}: ${cause instanceof Error ? cause.message : String(cause)}.`;
    throw new EnvironmentError("environment.cgroup", message, { cause, hint: "Run as root: sudo reprise …" });
  }
}

/** An app that outlived its recording keeps the name; numbers of processes come again, and are others' in a container. */
function makeFolder({ path }: CgroupMount): string {
  for (;;) {
    const name = `reprise-${process.pid}-${made++}`;
    try {
      mkdirSync(`${path}/${name}`);
      return name;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
}

const isTaken = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EEXIST";

function removeLeftOvers(mount: CgroupMount): void {
  for (const name of readdirSync(mount.path)) {
    const pid = /^reprise-(\d+)-\d+$/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    removeTree(`${mount.path}/${name}`);
  }
}

/** The kernel refuses to remove what holds a process; whatever is below goes first. */
function removeTree(folder: string): void {
  try {
    for (const below of foldersIn(folder)) removeTree(below);
    rmdirSync(folder);
  } catch {
    // In use, or gone already: either way not ours to clear.
  }
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [`${folder}/${entry.name}`] : [],
  );
}

class DirectoryCgroup implements Cgroup {
  readonly fd: number;
  readonly path: string;
  readonly #folder: string;

  constructor(fd: number, path: string, folder: string) {
    this.fd = fd;
    this.path = path;
    this.#folder = folder;
  }

  pids(): number[] {
    return pidsIn(this.#folder);
  }

  kill(signal: NodeJS.Signals): void {
    if (signal === "SIGKILL" && this.#killAll()) return;
    const told = new Set<number>();
    for (let round = 0; round < 100; round++) {
      const untold = this.pids().filter((pid) => !told.has(pid));
      if (untold.length === 0) return;
      for (const pid of untold) {
        told.add(pid);
        sendSignal(pid, signal);
      }
    }
  }

  untilEmpty(signal: AbortSignal): Promise<boolean> {
    return untilEmpty(this.#folder, signal);
  }

  remove(): void {
    closeSync(this.fd);
    removeTree(this.#folder);
  }

  /** Kernels from 5.14 kill a whole cgroup at once. */
  #killAll(): boolean {
    try {
      writeFileSync(`${this.#folder}/cgroup.kill`, "1");
      return true;
    } catch {
      return false;
    }
  }
}

function pidsIn(folder: string): number[] {
  try {
    const own = readFileSync(`${folder}/cgroup.procs`, "utf8").split("\n").map(Number);
    // A process of another pid namespace reads as 0.
    return [...own.filter((pid) => pid > 0), ...foldersIn(folder).flatMap(pidsIn)];
  } catch {
    return [];
  }
}

/** Signals a process that may have ended meanwhile. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended, which is what the signal is for.
  }
}
