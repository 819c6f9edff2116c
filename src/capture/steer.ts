/**
 * Incoming connections steered to listeners of ours, for a service that terminates TLS itself: the app stays bound where it
 * is, and whoever connects to it arrives here. What the proxy connects by a detour reaches the app, which is shown the
 * client in whose name that is done.
 *
 * Refuses to decide what to steer: everything that the app serves is, but for the ports that `leaveAlone` names. Pins
 * nothing: from the moment in which we die, clients reach the app directly. Counterpart: bpf/programs/steer.h.
 */
import { closeSync, openSync } from "node:fs";
import { Detour, Endpoint } from "../../ffi/structs.ts";
import { addressBytes } from "./address.ts";
import { BpfObject, type Refusal } from "./bpf-object.ts";
import { steerObject } from "./embedded.ts";
import type { Program } from "./programs.ts";
import { refusedError } from "./refusal.ts";

/** One end of a connection. */
export interface SteeredEnd {
  readonly address: string;
  readonly port: number;
}

export interface SteerOptions {
  /** Descriptors of cgroup directories: the app's, and the one in which this process is. */
  readonly appCgroupFd: number;
  readonly ownCgroupFd: number;
  /** `Kernel.ownFlows`. */
  readonly ownFlows: number;
}

/** A made-up address that stands for the app's. */
export interface Detoured extends SteeredEnd, Disposable {}

export interface Steering extends Disposable {
  /** Begins to steer to these listeners, by descriptor; without one for IPv6 its connections reach the app. */
  take(listeners: { readonly fd4: number; readonly fd6: number | null }): void;
  /** Where to connect to reach `to` (the app) in the name of `client`, as long as it is not disposed of. */
  detour(to: SteeredEnd, client: SteeredEnd): Detoured;
  /** Connections to that port of the app reach it directly from here on. */
  leaveAlone(port: number): void;
}

const onOwn = ["reprise_own_syn", "reprise_detour4", "reprise_detour6"];

/** In the order in which they are attached: who steers comes last. */
export const steerPrograms: readonly Program[] = [
  { name: "reprise_own_syn", hook: "sockops", purpose: "tells the proxy's connections to the app", modes: [] },
  { name: "reprise_detour4", hook: "cgroup/connect4", purpose: "lets the proxy reach the app", modes: [] },
  { name: "reprise_detour6", hook: "cgroup/connect6", purpose: "lets the proxy reach the app", modes: [] },
  { name: "reprise_served", hook: "sockops", purpose: "sees where the app listens", modes: [] },
  { name: "reprise_accepted4", hook: "cgroup/getpeername4", purpose: "shows the app its real client", modes: [] },
  { name: "reprise_accepted6", hook: "cgroup/getpeername6", purpose: "shows the app its real client", modes: [] },
  { name: "reprise_steer", hook: "sk_lookup", purpose: "steers clients to the proxy", modes: [] },
];

/** Loads and attaches; nothing is steered before `take`. To be called before the app starts. */
export function openSteering({ appCgroupFd, ownCgroupFd, ownFlows }: SteerOptions): Steering {
  const object = new BpfObject(steerObject());
  const network = openSync("/proc/self/ns/net", "r");
  try {
    for (const { name } of steerPrograms) object.choose(name, true);
    object.shareMap("own_flows", ownFlows);
    const refusal = object.load();
    if (refusal !== null) throw refusedError("load", refusedAlone(), refusal);
    for (const program of steerPrograms) {
      const group = onOwn.includes(program.name) ? ownCgroupFd : appCgroupFd;
      const unattached = object.attach(program.name, program.hook === "sk_lookup" ? network : group);
      if (unattached !== null) throw refusedError("attach", program, unattached);
    }
    return new AttachedSteering(object);
  } catch (error) {
    object[Symbol.dispose]();
    throw error;
  } finally {
    closeSync(network);
  }
}

/** Really loads one program and its maps, attaches nothing and lets go; what the kernel refused, or `null`. */
export function loadSteeringAlone({ name }: Program): Refusal | null {
  using object = new BpfObject(steerObject());
  for (const program of steerPrograms) object.choose(program.name, program.name === name);
  return object.load();
}

/** The whole object fails with the first refused program; alone, each says for itself. */
const refusedAlone = (): Program =>
  steerPrograms.find((program) => loadSteeringAlone(program) !== null) ?? (steerPrograms.at(-1) as Program);

class AttachedSteering implements Steering {
  readonly #object: BpfObject;
  #isClosed = false;

  constructor(object: BpfObject) {
    this.#object = object;
  }

  take({ fd4, fd6 }: Parameters<Steering["take"]>[0]): void {
    const takers = this.#object.map("takers");
    [fd4, fd6].forEach((fd, index) => {
      if (fd !== null) takers.put(bytesOf(index), new Uint8Array(BigUint64Array.of(BigInt(fd)).buffer));
    });
  }

  detour(to: SteeredEnd, client: SteeredEnd): Detoured {
    const named = madeUp(to.address.includes(":"));
    const detour = new Uint8Array(Detour.size);
    detour.set(endpointBytes(to), Detour.to);
    detour.set(endpointBytes(client), Detour.client);
    const key = endpointBytes(named);
    this.#object.map("detours").put(key, detour);
    return { ...named, [Symbol.dispose]: () => this.#forget(key) };
  }

  #forget(key: Uint8Array): void {
    if (!this.#isClosed) this.#object.map("detours").remove(key);
  }

  leaveAlone(port: number): void {
    if (!this.#isClosed) this.#object.map("left_alone").put(bytesOf(port), Uint8Array.of(1));
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#object[Symbol.dispose]();
  }
}

const bytesOf = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

/** In ranges in which nobody can be: IPv4's reserved class E, and IPv6's prefix to discard (RFC 6666). */
function madeUp(isV6: boolean): SteeredEnd {
  const random = crypto.getRandomValues(new Uint16Array(5));
  const [port = 0, ...groups] = random;
  const address = isV6
    ? `100:0:0:0:${groups.map((group) => group.toString(16)).join(":")}`
    : `240.${groups
        .slice(0, 3)
        .map((group) => group & 0xff)
        .join(".")}`;
  return { address, port: port || 1 };
}

function endpointBytes({ address, port }: SteeredEnd): Uint8Array {
  const bytes = new Uint8Array(Endpoint.size);
  const read = addressBytes(address);
  if (read === null) throw new Error(`${address} is no address`);
  bytes.set(read, Endpoint.address);
  new DataView(bytes.buffer).setUint16(Endpoint.port, port, true);
  return bytes;
}
