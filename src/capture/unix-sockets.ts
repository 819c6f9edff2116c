/**
 * The app's connections to unix sockets of somebody else, which neither the tap nor the redirect can see: counted by name
 * and, in replay, refused by the kernel. Optional: a kernel that has none of the hooks leaves it out. A name is as in
 * core/unix-socket.ts.
 *
 * Refuses to read what passes. Counterpart: bpf/programs/unix.h.
 */
import { fstatSync, readFileSync, statSync } from "node:fs";
import { UnixName, UnixSettings } from "../../ffi/structs.ts";
import type { SocketSet } from "../core/unix-socket.ts";
import type { Hook } from "./attribution.ts";
import { BpfObject, type Refusal } from "./bpf-object.ts";
import { unixObject } from "./embedded.ts";

const connected: Hook = {
  name: "reprise_unix_connected",
  hook: "tp_btf/sk_data_ready",
  purpose: "sees connections to unix sockets (Linux 6.3)",
};
const connects: Hook = {
  name: "reprise_unix_connects",
  hook: "fmod_ret/security_unix_stream_connect",
  purpose: "sees and refuses connections to unix sockets",
};
const binds: Hook = {
  name: "reprise_unix_binds",
  hook: "tp_btf/sys_exit",
  purpose: "sees which unix sockets the app makes",
};
const asks: Hook = {
  name: "reprise_connect_unix",
  hook: "cgroup/connect_unix",
  purpose: "refuses connections to unix sockets (Linux 6.7)",
};

const EVERY_PROGRAM = [connected, connects, binds, asks];

/** Ways to see connections and let them be; of several the first that the kernel has. */
export const seeingHooks: readonly (readonly Hook[])[] = [[connected], [connects]];
/** Ways to refuse them. The first does so whether somebody listens there or not. */
export const refusingHooks: readonly (readonly Hook[])[] = [[binds, asks], [connects]];

export interface UnixSocketOptions {
  /** A descriptor of the app's cgroup directory (v2). */
  readonly cgroupFd: number;
  /** Connections are refused, as if nobody listened. */
  readonly isRefusing: boolean;
  /** Those that are let through, and not counted. */
  readonly allowed: SocketSet;
}

export interface UnixSockets extends Disposable {
  readonly hooks: readonly Hook[];
  /** As `Kernel.links`. */
  readonly links: readonly number[];
  /** How often the app connected so far, or was refused, by the socket's name. */
  calls(): Map<string, number>;
}

const PATH_MOST = UnixName.size - UnixName.path;

/** Loads and attaches the first way that this kernel has; `null` if it has none. To be called before the app starts. */
export function openUnixSockets(options: UnixSocketOptions): UnixSockets | null {
  for (const hooks of options.isRefusing ? refusingHooks : seeingHooks) {
    const object = new BpfObject(unixObject());
    const refusal = load(object, hooks, options) ?? attach(object, hooks, options);
    if (refusal === null) return new AttachedUnixSockets(object, hooks);
    object[Symbol.dispose]();
  }
  return null;
}

/** Really loads these and attaches those that hang on the kernel itself, and lets go; what it refused, or `null`. */
export function loadUnixSocketsAlone(hooks: readonly Hook[]): Refusal | null {
  using object = new BpfObject(unixObject());
  choose(object, hooks);
  const refusal = object.load();
  if (refusal !== null) return refusal;
  const ofKernel = hooks.filter((hook) => hook !== asks);
  return ofKernel.map(({ name }) => object.attachToKernel(name)).find((each) => each !== null) ?? null;
}

/** Whether a socket of that name is there, with somebody behind it as far as can be told. */
export function isSocketThere(name: string): boolean {
  if (!name.startsWith("@")) return statSync(name, { throwIfNoEntry: false })?.isSocket() ?? false;
  try {
    return readFileSync("/proc/net/unix", "utf8")
      .split("\n")
      .some((line) => line.endsWith(` ${name}`));
  } catch {
    return false;
  }
}

function choose(object: BpfObject, hooks: readonly Hook[]): void {
  for (const hook of EVERY_PROGRAM) object.choose(hook.name, hooks.includes(hook));
}

function load(object: BpfObject, hooks: readonly Hook[], { cgroupFd, isRefusing }: UnixSocketOptions): Refusal | null {
  choose(object, hooks);
  const settings = new DataView(new ArrayBuffer(UnixSettings.size));
  settings.setBigUint64(UnixSettings.group, fstatSync(cgroupFd, { bigint: true }).ino, true);
  settings.setUint32(UnixSettings.isRefusing, isRefusing ? 1 : 0, true);
  object.setConstants(new Uint8Array(settings.buffer));
  return object.load();
}

function attach(object: BpfObject, hooks: readonly Hook[], { cgroupFd, allowed }: UnixSocketOptions): Refusal | null {
  object.map("app_group").put(wordBytes(0), wordBytes(cgroupFd));
  const { put } = object.map("unix_allowed");
  for (const name of allowed.names) put(nameBytes(name, true), wordBytes(1));
  for (const beginning of allowed.beginnings) put(nameBytes(beginning, false), wordBytes(1));
  for (const hook of hooks) {
    const refusal = hook === asks ? object.attach(hook.name, cgroupFd) : object.attachToKernel(hook.name);
    if (refusal !== null) return refusal;
  }
  return null;
}

const wordBytes = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

/** A whole name counts with the zeros after it; what is longer than any socket's name is cut. */
function nameBytes(name: string, isWhole: boolean): Uint8Array {
  const path = new TextEncoder().encode(name).subarray(0, PATH_MOST);
  const key = new Uint8Array(UnixName.size);
  key.set(path, UnixName.path);
  new DataView(key.buffer).setUint32(UnixName.bits, (isWhole ? PATH_MOST : path.length) * 8, true);
  return key;
}

function nameText(key: Uint8Array): string {
  const path = key.subarray(UnixName.path);
  const end = path.indexOf(0);
  return new TextDecoder().decode(end < 0 ? path : path.subarray(0, end));
}

class AttachedUnixSockets implements UnixSockets {
  readonly hooks: readonly Hook[];
  readonly #object: BpfObject;

  constructor(object: BpfObject, hooks: readonly Hook[]) {
    this.#object = object;
    this.hooks = hooks;
  }

  get links(): readonly number[] {
    return this.#object.links;
  }

  calls(): Map<string, number> {
    const counts = this.#object.map("unix_calls");
    const count = new BigUint64Array(1);
    return new Map(
      counts.keys(UnixName.size).map((key) => {
        counts.read(key, new Uint8Array(count.buffer));
        return [nameText(key), Number(count[0])];
      }),
    );
  }

  [Symbol.dispose](): void {
    this.#object[Symbol.dispose]();
  }
}
