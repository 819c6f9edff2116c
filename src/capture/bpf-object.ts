/**
 * The BPF object in this process: chosen programs loaded, attached to a cgroup, maps read and written. Everything hangs on
 * descriptors, nothing is pinned: what is closed, or dies with the process, leaves the kernel as it was.
 */
import { type Pointer, toArrayBuffer } from "bun:ffi";
import { closeSync } from "node:fs";
import { cString, duplicateFrom, errno, errnoText } from "../../ffi/libc.ts";
import { EnvironmentError } from "../core/errors.ts";
import { bpfObject, libbpf } from "./embedded.ts";

const LOG_BYTES = 1 << 20;
const LOG_LINES = 20;

/** Where links are kept, as high as this process may. */
const LINK_NUMBERS = [1 << 14, 900, 256] as const;

/**
 * The same descriptor above all others. Those of a process that dies are closed from the highest down, so that nothing is
 * redirected any more when the listeners close.
 */
function raised(link: number): number {
  for (const least of LINK_NUMBERS) {
    try {
      const high = duplicateFrom(link, least);
      closeSync(link);
      return high;
    } catch {
      // More than this process may have open.
    }
  }
  return link;
}

/** A load or attach that the kernel refused; `log` is the end of what the verifier said. */
export interface Refusal {
  readonly errno: number;
  readonly log: string;
}

/** A map, by its descriptor; keys and values are as long as their structs. */
export interface BpfMap {
  readonly fd: number;
  put(key: Uint8Array, value: Uint8Array): void;
  /** Fills `value`; false if there is no such key. */
  read(key: Uint8Array, value: Uint8Array): boolean;
  remove(key: Uint8Array): void;
  /** Those of this moment, each so long. */
  keys(bytes: number): Uint8Array[];
}

const BPF_ANY = 0n;

export class BpfObject implements Disposable {
  /** libbpf reads the object's bytes as long as it is open. */
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #links: number[] = [];
  readonly #probes = new Set<Pointer>();
  readonly #log = new Uint8Array(LOG_BYTES);
  #object: Pointer | null;

  /** `bytes`: an object other than the main one. */
  constructor(bytes: Uint8Array<ArrayBuffer> = bpfObject()) {
    this.#bytes = bytes;
    this.#object = libbpf().bpf_object__open_mem(this.#bytes, BigInt(this.#bytes.length), null) as Pointer | null;
    if (this.#object !== null) return;
    throw new EnvironmentError("environment.library", `libbpf cannot read the BPF object: ${errnoText(errno())}.`);
  }

  #handle(): Pointer {
    if (this.#object === null) throw new Error("the BPF object is closed");
    return this.#object;
  }

  #program(name: string): Pointer {
    const program = libbpf().bpf_object__find_program_by_name(this.#handle(), cString(name));
    if (program === null) throw new Error(`the BPF object has no program ${name}`);
    return program as Pointer;
  }

  #map(name: string): Pointer {
    const map = libbpf().bpf_object__find_map_by_name(this.#handle(), cString(name));
    if (map === null) throw new Error(`the BPF object has no map ${name}`);
    return map as Pointer;
  }

  /** Before the load: whether that program is loaded. */
  choose(name: string, isWanted: boolean): void {
    const program = this.#program(name);
    libbpf().bpf_program__set_autoload(program, isWanted);
    if (isWanted) libbpf().bpf_program__set_log_buf(program, this.#log, BigInt(LOG_BYTES));
  }

  /** Before the load: that map is not made; no chosen program may use it. */
  omitMap(name: string): void {
    libbpf().bpf_map__set_autocreate(this.#map(name), false);
  }

  /** Before the load: how large that map is. */
  sizeMap(name: string, entries: number): void {
    libbpf().bpf_map__set_max_entries(this.#map(name), entries);
  }

  /** Before the load: that map is another object's, by its descriptor. */
  shareMap(name: string, fd: number): void {
    const result = libbpf().bpf_map__reuse_fd(this.#map(name), fd);
    if (result !== 0) throw new Error(`the map ${name} cannot be shared: ${errnoText(-result)}`);
  }

  /** Before the load: the constants of the programs. */
  setConstants(value: Uint8Array): void {
    const size = new BigUint64Array(1);
    const at = libbpf().bpf_map__initial_value(this.#map(".rodata"), size);
    if (at === null || Number(size[0]) < value.length) throw new Error("the BPF object has no such constants");
    new Uint8Array(toArrayBuffer(at, 0, value.length)).set(value);
  }

  /** Verifies and loads the chosen programs and makes the maps; what was refused, or `null`. */
  load(): Refusal | null {
    const result = libbpf().bpf_object__load(this.#handle());
    return result === 0 ? null : { errno: -result, log: this.#logEnd() };
  }

  /** Hangs a loaded program on that cgroup or network namespace, beside whatever hangs there. */
  attach(name: string, targetFd: number): Refusal | null {
    const program = this.#program(name);
    const { bpf_program__fd, bpf_program__expected_attach_type, bpf_link_create } = libbpf();
    const link = bpf_link_create(bpf_program__fd(program), targetFd, bpf_program__expected_attach_type(program), null);
    if (link < 0) return { errno: -link, log: "" };
    this.#links.push(raised(link));
    return null;
  }

  /** Hangs a loaded program on a hook of the kernel itself, which its section names. */
  attachToKernel(name: string): Refusal | null {
    return this.attach(name, 0);
  }

  /**
   * Has a loaded program called where that process's program reaches the offset in its file, till what is returned is called
   * or the object is closed; what was refused otherwise.
   */
  probe(name: string, pid: number, path: string, offset: number): (() => void) | Refusal {
    const link = libbpf().bpf_program__attach_uprobe(this.#program(name), false, pid, cString(path), BigInt(offset));
    if (link === null) return { errno: errno(), log: "" };
    const probe = link as Pointer;
    this.#probes.add(probe);
    return () => {
      if (this.#probes.delete(probe)) libbpf().bpf_link__destroy(probe);
    };
  }

  /** What keeps the programs attached: each until the last descriptor of its link is closed, in whatever process. */
  get links(): readonly number[] {
    return this.#links;
  }

  /** Somebody else keeps the programs attached from here on. */
  releaseLinks(): void {
    for (const link of this.#links.splice(0)) closeSync(link);
  }

  map(name: string): BpfMap {
    const fd = libbpf().bpf_map__fd(this.#map(name));
    if (fd < 0) throw new Error(`the map ${name} is not loaded`);
    const { bpf_map_update_elem, bpf_map_lookup_elem, bpf_map_delete_elem, bpf_map_get_next_key } = libbpf();
    return {
      fd,
      put(key, value) {
        const result = bpf_map_update_elem(fd, key, value, BPF_ANY);
        if (result === 0) return;
        throw new EnvironmentError(
          "environment.kernel",
          `The kernel's map ${name} takes no entry: ${errnoText(-result)}.`,
        );
      },
      read: (key, value) => bpf_map_lookup_elem(fd, key, value) === 0,
      remove: (key) => void bpf_map_delete_elem(fd, key),
      keys(bytes) {
        const found: Uint8Array[] = [];
        for (let last: Uint8Array | null = null; ;) {
          const next = new Uint8Array(bytes);
          if (bpf_map_get_next_key(fd, last, next) !== 0) return found;
          found.push((last = next));
        }
      },
    };
  }

  /** Detaches everything, then frees maps and programs. */
  [Symbol.dispose](): void {
    this.releaseLinks();
    for (const probe of this.#probes) libbpf().bpf_link__destroy(probe);
    this.#probes.clear();
    if (this.#object !== null) libbpf().bpf_object__close(this.#object);
    this.#object = null;
  }

  #logEnd(): string {
    const end = this.#log.indexOf(0);
    const text = new TextDecoder().decode(this.#log.subarray(0, end < 0 ? LOG_BYTES : end));
    return text.trimEnd().split("\n").slice(-LOG_LINES).join("\n");
  }
}
