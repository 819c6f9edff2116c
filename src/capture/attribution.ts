/**
 * Who in the app sends and receives: acts of its threads and goroutines, put by the kernel among the tap's records
 * (bpf/programs/attribution.h). Optional: a kernel that has none of the hooks leaves it out, and calls are attributed by time.
 *
 * It looks into no process by itself: what is known of a Go program is told to it. Readers of the acts are `act.ts` and
 * `reassembly.ts`.
 */
import { GoProcess } from "../../ffi/structs.ts";
import { BpfObject, type Refusal } from "./bpf-object.ts";
import { attributionObject } from "./embedded.ts";
import type { Kernel } from "./kernel.ts";

/** A program of the object, the hook it hangs on, and from when kernels have that. */
export interface Hook {
  readonly name: string;
  readonly hook: string;
  readonly purpose: string;
}

/** Before the bytes leave, if that can be had: then the act is known before anything follows from it. */
export const sendHooks: readonly Hook[] = [
  { name: "reprise_sends", hook: "tp_btf/tcp_sendmsg_locked", purpose: "sees who sends (Linux 6.16)" },
  { name: "reprise_enters_send", hook: "fentry/tcp_sendmsg", purpose: "sees who sends" },
  { name: "reprise_has_sent", hook: "tp_btf/sock_send_length", purpose: "sees who has sent (Linux 6.3)" },
];

/** The first one tells each receipt once. */
export const receiveHooks: readonly Hook[] = [
  { name: "reprise_has_received", hook: "tp_btf/sock_recv_length", purpose: "sees who receives (Linux 6.3)" },
  { name: "reprise_reads", hook: "tp_btf/tcp_rcv_space_adjust", purpose: "sees who receives" },
];

/** What else is seen: each program that the app begins to run, and each thread. */
export const beginHooks: readonly Hook[] = [
  { name: "reprise_begins", hook: "tp_btf/sched_process_exec", purpose: "sees which programs run" },
  { name: "reprise_forks", hook: "tp_btf/sched_process_fork", purpose: "sees who starts threads" },
];

/** Where Go's runtime makes goroutines, and its HTTP client says for whom a connection's writer writes. */
export const goProbes: readonly Hook[] = [
  { name: "reprise_http_writes", hook: "uprobe", purpose: "sees whose requests Go's HTTP client writes" },
  { name: "reprise_http_asks", hook: "uprobe", purpose: "sees who asks by Go's HTTP client" },
  { name: "reprise_goroutine_begins", hook: "uprobe", purpose: "sees who starts goroutines" },
];

/** Where a Go program keeps its goroutines' numbers (`go_process.h`). */
export interface GoLayout {
  readonly goid: number;
  /** 0 where that version has none. */
  readonly parent: number;
  /** From the thread pointer; 0 where it is not known. */
  readonly threadLocal: number;
}

/** Places in a Go program's file that say more; `null` where it has none of the kind. */
export interface GoPlaces {
  /** Where the HTTP client's functions begin. */
  readonly client: { readonly write: number; readonly roundTrip: number } | null;
  /** Where the runtime has just made a goroutine. */
  readonly begun: number | null;
}

export interface Attribution extends Disposable {
  readonly hooks: readonly Hook[];
  /** That process is a Go program; forgotten with what is returned. */
  addGo(pid: number, layout: GoLayout, places: GoPlaces): () => void;
  /** That thread says at that address in its memory for which request it runs; forgotten with what is returned. */
  addRequestWord(thread: number, address: number): () => void;
  /** That thread carries others, and at that address stands which, or `own`; forgotten with what is returned. */
  addCarrier(thread: number, address: number, own: bigint): () => void;
  /**
   * To be called some times a second while it says so, and from `addGo` on: probes that a busy program hits too often are
   * taken out; time tells what they would.
   */
  spare(): boolean;
}

/** A hit costs up to 20 microseconds: a program may lose a hundredth of one processor to them, and at first a little more. */
const HITS_PER_SECOND = 500;
const FIRST_HITS = 3_000;

const EVERY_PROGRAM = [...sendHooks, ...receiveHooks, ...beginHooks, ...goProbes];

/** Loads the first hooks that this kernel has and attaches them; `null` if it has none, or the kernel does not tap. */
export function openAttribution(kernel: Kernel, cgroupFd: number): Attribution | null {
  if (kernel.tap === null) return null;
  for (const hooks of combinations()) {
    const object = new BpfObject(attributionObject());
    object.shareMap("tap_ring", kernel.tap.ring.fd);
    object.shareMap("own_ports", kernel.ownPorts);
    object.shareMap("listener_ring", kernel.listenerRing);
    const opened = load(object, hooks) ?? attach(object, hooks, cgroupFd);
    if (opened === null) return new AttachedAttribution(object, hooks);
    object[Symbol.dispose]();
  }
  return null;
}

/** Really loads one program, attaches it and lets go; what the kernel refused, or `null`. */
export function loadAttributionAlone(hook: Hook): Refusal | null {
  using object = new BpfObject(attributionObject());
  for (const ring of ["tap_ring", "listener_ring"]) object.sizeMap(ring, RING_LEAST);
  return load(object, [hook]) ?? (hook.hook === "uprobe" ? null : object.attachToKernel(hook.name));
}

/** A ring's size is whole pages. */
const RING_LEAST = 1 << 16;

/** What is worth more comes first. */
const combinations = (): Hook[][] =>
  sendHooks.flatMap((send) => receiveHooks.map((receive) => [...beginHooks, send, receive]));

function load(object: BpfObject, hooks: readonly Hook[]): Refusal | null {
  const names = new Set([...hooks, ...goProbes].map(({ name }) => name));
  for (const { name } of EVERY_PROGRAM) object.choose(name, names.has(name));
  return object.load();
}

function attach(object: BpfObject, hooks: readonly Hook[], cgroupFd: number): Refusal | null {
  object.map("app_group").put(wordBytes(0), wordBytes(cgroupFd));
  for (const { name } of hooks) {
    const refusal = object.attachToKernel(name);
    if (refusal !== null) return refusal;
  }
  return null;
}

const wordBytes = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

class AttachedAttribution implements Attribution {
  readonly hooks: readonly Hook[];
  readonly #object: BpfObject;
  readonly #probes = new Set<() => void>();
  #isClosed = false;
  #hits = 0;
  #room = FIRST_HITS;
  #sparedAt = performance.now();
  #isSparing = false;

  constructor(object: BpfObject, hooks: readonly Hook[]) {
    this.#object = object;
    this.hooks = hooks;
  }

  addGo(pid: number, layout: GoLayout, places: GoPlaces): () => void {
    const value = new Uint8Array(GoProcess.size);
    const view = new DataView(value.buffer);
    view.setUint32(GoProcess.goid, layout.goid, true);
    view.setUint32(GoProcess.parent, layout.parent, true);
    view.setInt32(GoProcess.threadLocal, layout.threadLocal, true);
    const probes = this.#probe(pid, places);
    const processes = this.#object.map("go_processes");
    processes.put(wordBytes(pid), value);
    return () => {
      if (this.#isClosed) return;
      for (const remove of probes) this.#remove(remove);
      processes.remove(wordBytes(pid));
    };
  }

  addRequestWord(thread: number, address: number): () => void {
    return this.#put("request_words", thread, [BigInt(address)]);
  }

  addCarrier(thread: number, address: number, own: bigint): () => void {
    return this.#put("carrier_words", thread, [BigInt(address), own]);
  }

  #put(map: string, thread: number, value: readonly bigint[]): () => void {
    const words = this.#object.map(map);
    words.put(wordBytes(thread), new Uint8Array(BigUint64Array.from(value).buffer));
    return () => {
      if (!this.#isClosed) words.remove(wordBytes(thread));
    };
  }

  spare(): boolean {
    if (this.#isClosed || this.#isSparing || this.#probes.size === 0) return false;
    const count = new BigUint64Array(1);
    const seen = this.#object.map("probe_hits");
    seen.read(wordBytes(0), new Uint8Array(count.buffer));
    const [hits, now] = [Number(count[0]), performance.now()];
    const granted = this.#room + (HITS_PER_SECOND * (now - this.#sparedAt)) / 1000;
    this.#room = Math.min(FIRST_HITS, granted) - (hits - this.#hits);
    [this.#hits, this.#sparedAt] = [hits, now];
    this.#isSparing = this.#room < 0;
    if (!this.#isSparing) return true;
    seen.put(wordBytes(1), new Uint8Array(BigUint64Array.of(1n).buffer));
    for (const remove of this.#probes) this.#remove(remove);
    return false;
  }

  #remove(probe: () => void): void {
    if (this.#probes.delete(probe)) probe();
  }

  #probe(pid: number, { client, begun }: GoPlaces): (() => void)[] {
    const wanted = [
      ["reprise_http_writes", client?.write],
      ["reprise_http_asks", client?.roundTrip],
      ["reprise_goroutine_begins", begun],
    ] as const;
    return wanted.flatMap(([name, offset]) => {
      const isWanted = typeof offset === "number" && !this.#isSparing;
      const probe = isWanted ? this.#object.probe(name, pid, `/proc/${pid}/exe`, offset) : null;
      // Without one of them time tells what it would have.
      if (typeof probe !== "function") return [];
      this.#probes.add(probe);
      return [probe];
    });
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#object[Symbol.dispose]();
  }
}
