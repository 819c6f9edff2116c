/**
 * Our programs in the kernel, on one cgroup: opened in a mode, closed as a whole. It tells when the app listens and where a
 * redirected client wanted to go, and learns which destinations need no redirect; the tap's bytes are `tap.ts`'s. It
 * redirects or taps that cgroup alone, pins nothing, and leaves the kernel as it was when it is closed or the last process
 * that holds its links dies.
 */
import { readlinkSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { Client, Destination, DropCause, Origin, Settings } from "../../ffi/structs.ts";
import type { ProxyPorts } from "../core/proxy-ports.ts";
import { ADDRESS_BYTES, addressBytes, addressText } from "./address.ts";
import { BpfObject, type BpfMap } from "./bpf-object.ts";
import { clockOffsetMs } from "./clock.ts";
import { DrainThread } from "./drain-thread.ts";
import type { RingPlace } from "./drain-messages.ts";
import { type ListenEvent, listenEvents, programBegins } from "./listeners.ts";
import { mapModes, type Mode, type Program, programs } from "./programs.ts";
import { loadAlone } from "./probe.ts";
import { refusedError } from "./refusal.ts";

const LISTENER_RING_BYTES = 1 << 16;
/** Bridges what a burst brings while the journal's disk or the scheduler is slow: 100 MB bodies come within a blink. */
const TAP_RING_BYTES = 128 << 20;
/** The reader is woken when so much waits; it looks by itself every few milliseconds. */
const TAP_WAKE_BYTES = 4 << 20;
/** Open connections of the proxy to the app, and of the app to itself. */
const OWN_FLOWS = 1 << 16;
const IPPROTO = { tcp: 6, udp: 17 } as const;

export interface KernelOptions {
  /** A descriptor of the app's cgroup directory (v2). */
  readonly cgroupFd: number;
  readonly mode: Mode;
  /** Where the app's connections (and in `redirect` datagrams) are sent; `null` with `tap`. */
  readonly redirect: ProxyPorts | null;
  /** Destination ports that the redirect leaves alone. The tap copies them too: whoever decodes leaves them out. */
  readonly passThroughPorts: readonly number[];
  /** In `redirect`: ends on loopback that refuse connections as long as nobody listens there; nobody's if left out. */
  readonly refusing?: readonly End[];
  /** Incoming connections are to be steered (`steer.ts`): what passes between the proxy and the app is not tapped. */
  readonly isSteering?: boolean;
  /** The tap's ring, a power of 2; what does not fit is dropped and counted. */
  readonly ringBytes?: number;
}

/** An address and port that the app connects to. */
export interface End {
  readonly address: string;
  readonly port: number;
}

/** A program's fate, for `doctor` and the recording's notes. */
export interface ProgramState {
  readonly name: string;
  readonly needed: boolean;
  readonly status: "attached" | "unused";
  readonly detail: string;
}

/** The original destination of a redirected connection or datagram. */
export interface RedirectedFrom {
  readonly address: string;
  readonly port: number;
  /** The process that asked for it, if it can be told. */
  readonly pid: number | null;
}

export interface Kernel extends Disposable {
  readonly mode: Mode;
  readonly programs: readonly ProgramState[];
  /**
   * Descriptors that keep the programs attached; a process that inherits them keeps them so after our death. In `record`
   * they are the reader thread's, so that they go before anything else when we die.
   */
  readonly links: readonly number[];
  /** Milliseconds from CLOCK_MONOTONIC to the time of day. */
  readonly clockOffsetMs: number;
  /** Calls back for every change of the app's listeners from the attach on, those before this call included. */
  onListen(callback: (event: ListenEvent) => void): void;
  /** Calls back for each process that begins to run a program, where `attribution.ts` is open. */
  onBegin(callback: (pid: number) => void): void;
  /** The destination of a client of the proxy, by the client's own end as the proxy sees it. A connection's is told once. */
  originOf(address: string, port: number, transport: "tcp" | "udp"): RedirectedFrom | null;
  /** In `record`: clients of that destination speak clear text, so from here on their connections go there straight. */
  learnClear(address: string, port: number): void;
  /** In `record`: ends on loopback at which nobody has listened, whenever the app connected, or not any more. */
  refusing(): readonly End[];
  /** Pieces that the tap lost, by cause. */
  drops(): Record<string, number>;
  /** The tap's ring and its reader, for `tap.ts`; `null` in `redirect`. */
  readonly tap: { readonly ring: RingPlace; readonly thread: DrainThread } | null;
  /** The map of the proxy's own connections to the app, by its descriptor, for `steer.ts`; `null` where nothing is steered. */
  readonly ownFlows: number | null;
  /** Maps that `attribution.ts` shares, by descriptor: the ports that the app listens on, and the ring of their events. */
  readonly ownPorts: number;
  readonly listenerRing: number;
  /** Detaches everything at once; resolves when the reader thread is gone too. */
  close(): Promise<void>;
}

/** Loads and attaches what the mode needs; a refused program is an `EnvironmentError` that names it. */
export function openKernel(options: KernelOptions): Kernel {
  const object = new BpfObject();
  try {
    const chosen = load(object, options);
    for (const program of chosen) {
      const refusal = object.attach(program.name, options.cgroupFd);
      if (refusal !== null) throw refusedError("attach", program, refusal);
    }
    return new AttachedKernel(object, options);
  } catch (error) {
    object[Symbol.dispose]();
    throw error;
  }
}

/** Chooses, sizes and sets everything, and loads; the maps that the programs ask are filled before any is attached. */
function load(object: BpfObject, options: KernelOptions): Program[] {
  const { mode, ringBytes = TAP_RING_BYTES, passThroughPorts, refusing = [] } = options;
  const chosen = programs.filter((program) => program.modes.includes(mode));
  for (const program of programs) object.choose(program.name, chosen.includes(program));
  for (const [name, modes] of Object.entries(mapModes)) if (!modes.includes(mode)) object.omitMap(name);
  if (isTapped(mode)) object.sizeMap("tap_ring", ringBytes);
  if (options.isSteering === true) object.sizeMap("own_flows", OWN_FLOWS);
  object.setConstants(constants(options, Math.min(ringBytes >> 3, TAP_WAKE_BYTES)));
  const refusal = object.load();
  if (refusal !== null) {
    // The whole object fails with the first refused program; alone, each says for itself.
    for (const program of chosen) {
      const alone = loadAlone(program);
      if (alone !== null) throw refusedError("load", program, alone);
    }
    throw refusedError("load", chosen[0] as Program, refusal);
  }
  if (mode !== "tap") fillMaps(object, passThroughPorts);
  if (mode === "redirect") for (const end of refusing) putEnd(object.map("unheard"), end, 0);
  return chosen;
}

const isTapped = (mode: Mode): boolean => mode !== "redirect";

function constants({ mode, redirect: ports, isSteering = false }: KernelOptions, wakeAt: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(Settings.size));
  view.setBigUint64(Settings.wakeAt, BigInt(wakeAt), true);
  view.setUint16(Settings.tcp4, ports?.port4 ?? 0, true);
  view.setUint16(Settings.tcp6, ports?.port6 ?? 0, true);
  view.setUint16(Settings.dns4, ports?.dnsPort4 ?? 0, true);
  view.setUint16(Settings.dns6, ports?.dnsPort6 ?? 0, true);
  view.setUint16(Settings.sink4, ports?.sinkPort4 ?? 0, true);
  view.setUint16(Settings.sink6, ports?.sinkPort6 ?? 0, true);
  view.setUint8(Settings.isRecording, mode === "record" ? 1 : 0);
  view.setUint8(Settings.isSteering, isSteering ? 1 : 0);
  return new Uint8Array(view.buffer);
}

function fillMaps(object: BpfObject, passThroughPorts: readonly number[]): void {
  const present = Uint8Array.of(1);
  const ports = object.map("pass_through");
  for (const port of passThroughPorts) ports.put(new Uint8Array(Uint32Array.of(port).buffer), present);
  const addresses = object.map("own_addresses");
  for (const { address } of Object.values(networkInterfaces()).flatMap((each) => each ?? [])) {
    const bytes = addressBytes(address);
    if (bytes !== null) addresses.put(bytes, present);
  }
}

function putEnd(map: BpfMap, { address, port }: End, value: number): void {
  const bytes = addressBytes(address);
  if (bytes === null) return;
  const key = new Uint8Array(Destination.size);
  key.set(bytes, Destination.address);
  new DataView(key.buffer).setUint32(Destination.port, port, true);
  map.put(key, Uint8Array.of(value));
}

const INITIAL_PID_NAMESPACE = "pid:[4026531836]";

/** The kernel's programs count processes as the initial namespace does. */
function areOurPidsInitial(): boolean {
  try {
    return readlinkSync("/proc/self/ns/pid") === INITIAL_PID_NAMESPACE;
  } catch {
    return false;
  }
}

class AttachedKernel implements Kernel {
  readonly mode: Mode;
  readonly programs: readonly ProgramState[];
  readonly clockOffsetMs = clockOffsetMs();
  readonly tap: Kernel["tap"];
  readonly ownFlows: number | null;
  readonly ownPorts: number;
  readonly listenerRing: number;
  readonly #object: BpfObject;
  readonly #thread: DrainThread;
  readonly #clients: BpfMap | null;
  readonly #clear: BpfMap | null;
  readonly #unheard: BpfMap | null;
  readonly #dropCounts: BpfMap | null;
  readonly #callbacks: ((event: ListenEvent) => void)[] = [];
  readonly #seen: ListenEvent[] = [];
  readonly #beginners: ((pid: number) => void)[] = [];
  readonly #canTellPids = areOurPidsInitial();
  #lastDrops: Record<string, number> = {};
  #closed: Promise<void> | null = null;

  constructor(object: BpfObject, { mode, ringBytes = TAP_RING_BYTES, isSteering = false }: KernelOptions) {
    this.#object = object;
    this.mode = mode;
    this.ownFlows = isSteering ? object.map("own_flows").fd : null;
    this.ownPorts = object.map("own_ports").fd;
    this.programs = programs.map(({ name, modes, purpose }) => {
      const needed = modes.includes(mode);
      return { name, needed, status: needed ? "attached" : "unused", detail: purpose };
    });
    this.#clients = mode === "tap" ? null : object.map("clients");
    this.#clear = mode === "record" ? object.map("clear_destinations") : null;
    this.#unheard = mode === "record" ? object.map("unheard") : null;
    this.#dropCounts = isTapped(mode) ? object.map("tap_drops") : null;
    this.listenerRing = object.map("listener_ring").fd;
    const ring = { fd: this.listenerRing, bytes: LISTENER_RING_BYTES };
    this.#thread = new DrainThread(ring, {
      listeners: (records) => this.#hear(records),
      broke: (error) => {
        throw error;
      },
    });
    if (mode === "record") this.#thread.keep([...object.links], () => object.releaseLinks());
    const tapRing = isTapped(mode) ? { fd: object.map("tap_ring").fd, bytes: ringBytes } : null;
    this.tap = tapRing === null ? null : { ring: tapRing, thread: this.#thread };
  }

  get links(): readonly number[] {
    return this.#object.links;
  }

  onListen(callback: (event: ListenEvent) => void): void {
    this.#callbacks.push(callback);
    for (const event of this.#seen) callback(event);
  }

  onBegin(callback: (pid: number) => void): void {
    this.#beginners.push(callback);
  }

  originOf(address: string, port: number, transport: "tcp" | "udp"): RedirectedFrom | null {
    const bytes = addressBytes(address);
    if (this.#clients === null || bytes === null || this.#closed !== null) return null;
    const key = new Uint8Array(Client.size);
    key.set(bytes, Client.address);
    new DataView(key.buffer).setUint16(Client.port, port, true);
    key[Client.protocol] = IPPROTO[transport];
    const value = new Uint8Array(Origin.size);
    if (!this.#clients.read(key, value)) return null;
    if (transport === "tcp") this.#clients.remove(key);
    const view = new DataView(value.buffer);
    return {
      address: addressText(value.subarray(Origin.address, Origin.address + ADDRESS_BYTES)),
      port: view.getUint16(Origin.port, true),
      pid: this.#canTellPids ? view.getUint32(Origin.pid, true) : null,
    };
  }

  learnClear(address: string, port: number): void {
    if (this.#clear !== null && this.#closed === null) putEnd(this.#clear, { address, port }, 1);
  }

  refusing(): readonly End[] {
    if (this.#unheard === null || this.#closed !== null) return [];
    const { keys, read } = this.#unheard;
    return keys(Destination.size).flatMap((key) => {
      const isAnswered = new Uint8Array(1);
      if (!read(key, isAnswered) || isAnswered[0] === 1) return [];
      const port = new DataView(key.buffer, key.byteOffset).getUint32(Destination.port, true);
      return [{ address: addressText(key, Destination.address), port }];
    });
  }

  drops(): Record<string, number> {
    if (this.#dropCounts === null || this.#closed !== null) return this.#lastDrops;
    const counts = this.#dropCounts;
    const count = new BigUint64Array(1);
    const causes = Object.entries(DropCause).filter(([name]) => name !== "causes");
    return Object.fromEntries(
      causes.map(([name, index]) => {
        counts.read(new Uint8Array(Uint32Array.of(index).buffer), new Uint8Array(count.buffer));
        return [name, Number(count[0])];
      }),
    );
  }

  close(): Promise<void> {
    if (this.#closed !== null) return this.#closed;
    this.#lastDrops = this.drops();
    // The thread may be about to open the rings: they go when it is gone.
    this.#closed = this.#thread.end().finally(() => this.#object[Symbol.dispose]());
    return this.#closed;
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  #hear(records: Uint8Array): void {
    for (const event of listenEvents(records, this.clockOffsetMs)) {
      this.#seen.push(event);
      for (const callback of this.#callbacks) callback(event);
    }
    if (!this.#canTellPids) return;
    for (const pid of programBegins(records)) for (const callback of this.#beginners) callback(pid);
  }
}
