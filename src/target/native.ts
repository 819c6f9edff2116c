/**
 * Starts the app on this machine: `sh -c COMMAND` in its own cgroup, with its user's rights, through the launcher. Its
 * standard streams are ours, passed on and never piped, so that it outlives us untouched. How it ends is in `stop.ts`.
 */
import { closeSync, constants, fstatSync, openSync, readFile, writeSync } from "node:fs";
import { promisify } from "node:util";
import { makeBlocking, pipe } from "../../ffi/libc.ts";
import { EnvironmentError } from "../core/errors.ts";
import type { Cgroup } from "./cgroup.ts";
import type { Clock } from "./clock.ts";
import { holdInMemory, launcherPath } from "./embedded.ts";
import type { Placed, PlacedFile, PlacedFolder } from "./placed.ts";
import { type StopOptions, stopTarget } from "./stop.ts";
import { environmentOf, type User } from "./user.ts";

/** How a process ended: one of the two is `null`. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** The app, running. */
export interface Target {
  /** The command's first process, a shell or what it became. */
  readonly pid: number;
  /** The end of that process; what it started may go on. */
  readonly exited: Promise<Exit>;
  /** Resolves with that end when nothing that it started is left either: a daemon that detached itself goes on. */
  gone(): Promise<Exit>;
  /** Ends the app with all that it started, gently until `graceMs` are over. */
  stop(graceMs: number, options?: StopOptions): Promise<Exit>;
}

/** The app as its user wants it started. */
export interface App {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whose rights the app has; `null` keeps ours. */
  readonly user: User | null;
  /** `stderr` keeps our standard output free for a report. */
  readonly stdout: "inherit" | "stderr";
}

/** The app with what it finds in place of the host's files, and with the variables that name them. */
export interface PreparedApp extends App {
  readonly files: readonly Placed[];
}

export interface LaunchOptions extends PreparedApp {
  readonly cgroup: Cgroup;
  /** In whose time the app lives; real time without one. */
  readonly clock?: Clock;
}

/** Resolves when the command's shell runs; rejects with a sentence when it could not be started. */
export async function launch(options: LaunchOptions): Promise<Target> {
  const status = pipe();
  const opened = [status.writeEnd];
  const gate = options.clock === undefined ? null : pipe();
  if (gate !== null) opened.push(gate.readEnd);
  try {
    const streams = [0, ...[options.stdout === "stderr" ? 2 : 1, 2].map((fd) => ownDescription(fd, opened))];
    const contents: number[] = [];
    for (const { content } of filesOf(options.files)) {
      const fd = holdInMemory(
        "reprise-file",
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
      contents.push(fd);
      opened.push(fd);
    }
    const gates = gate === null ? [] : [gate.readEnd];
    const stdio = [...streams, options.cgroup.fd, status.writeEnd, ...contents, ...gates] as [number, number, number];
    const env = environmentOf(options.env, options.user);
    const child = Bun.spawn([launcherPath(), ...launcherArguments(options)], { stdio, env });
    for (const fd of opened.splice(0)) closeSync(fd);
    const exited = child.exited.then(() => exitOf(child));
    if (gate !== null) writeSync(gate.writeEnd, (await options.clock?.hold(child.pid)) ? "t" : "-");
    // Only the launcher still holds the other end, and it loses it by becoming the shell.
    const failure = await promisify(readFile)(status.readEnd, "utf8");
    if (failure !== "") throw launchError(failure, options);
    return targetOf(child.pid, exited, options.cgroup);
  } finally {
    for (const fd of [...opened, status.readEnd, ...(gate === null ? [] : [gate.writeEnd])]) closeSync(fd);
  }
}

/** The descriptors that `stdio` passes: 3 is the cgroup, 4 the status pipe, from 5 on the files' contents, then the gate. */
function launcherArguments({ command, cwd, user, files, clock }: LaunchOptions): string[] {
  const rights = user === null ? [] : ["--uid", user.uid, "--gid", user.gid, "--groups", user.groups.join(",")];
  const folders = files.filter(isFolder).flatMap(({ folder }) => ["--folder", folder]);
  const placed = filesOf(files).flatMap(({ path }, index) => ["--file", path, 5 + index]);
  const gate = clock === undefined ? [] : ["--clock-fd", 5 + filesOf(files).length];
  const all = [
    "--cgroup-fd",
    3,
    "--status-fd",
    4,
    ...gate,
    ...rights,
    ...folders,
    ...placed,
    "--cwd",
    cwd,
    "--",
    "/bin/sh",
    "-c",
    command,
  ];
  return all.map(String);
}

const isFolder = (placed: Placed): placed is PlacedFolder => "folder" in placed;

const filesOf = (placed: readonly Placed[]): PlacedFile[] =>
  placed.filter((each): each is PlacedFile => !isFolder(each));

/**
 * A pipe is opened once more for the app: our runtime makes its own end non-blocking, which every holder of the same open
 * file description would feel. What cannot be opened again (a socket, another user's pipe, one without reader) is shared.
 */
function ownDescription(fd: number, opened: number[]): number {
  try {
    if (!fstatSync(fd).isFIFO()) return fd;
    // A pipe whose reader is gone would hold a blocking open for ever.
    const own = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
    opened.push(own);
    makeBlocking(own);
    return own;
  } catch {
    return fd;
  }
}

function exitOf(child: Bun.Subprocess): Exit {
  return child.signalCode === null
    ? { code: child.exitCode, signal: null }
    : { code: null, signal: String(child.signalCode) };
}

function targetOf(pid: number, exited: Promise<Exit>, cgroup: Cgroup): Target {
  const gone = async () => {
    const exit = await exited;
    await cgroup.untilEmpty(new AbortController().signal);
    return exit;
  };
  return { pid, exited, gone, stop: (graceMs, options) => stopTarget({ pid, exited, cgroup }, graceMs, options) };
}

/** `failure` is what the launcher wrote: the stage, a zero byte, the reason. */
function launchError(failure: string, { command, cwd }: LaunchOptions): EnvironmentError {
  const [stage = "", reason = ""] = failure.trimEnd().split("\0");
  if (stage === "cwd") {
    const message = `The app cannot be started in ${cwd}: ${reason}.`;
    return new EnvironmentError("environment.command", message, {
      hint: "Name a directory that the app's user may enter.",
    });
  }
  const isRights = ["cgroup", "mount namespace", "tmpfs", "file", "groups", "gid", "uid"].includes(stage);
  const message = `The command ${JSON.stringify(command)} could not be started: ${stage}: ${reason}.`;
  const hint = isRights ? "Run as root: sudo reprise …; in a container, with --privileged." : "";
  return new EnvironmentError(isRights ? "environment.privilege" : "environment.command", message, { hint });
}
