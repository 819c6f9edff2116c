/**
 * Where Java (24 and later) keeps the number of the virtual thread that each of its carriers runs: found by the tables that
 * the virtual machine keeps of itself for debuggers, so that no version's layout is known here. Nothing is loaded into it.
 *
 * What does not look as expected is not told: a number from the wrong place would be a wrong answer.
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { Elf } from "./elf.ts";

/** A thread that carries others, in the initial namespace, and the address of the number of the one that it runs. */
export interface CarrierWord {
  readonly thread: number;
  readonly address: number;
  /** What stands there when it carries none. */
  readonly own: bigint;
}

const MACHINE = /^([0-9a-f]+)-\S+ \S+ 00000000 \S+ \d+\s+(\/.*\/libjvm\.so)$/m;
const NAME = "ForkJoinPool-";
const [MOST_FIELDS, MOST_THREADS, MOST_NAME] = [20_000, 4_096, 64];
/** After so many times all threads are looked at again. */
const FORGETTING = 10;
/** An object's head is of one or two words; its thread comes first, and its number next. */
const OBJECT_BYTES = 48;

const FIELDS = {
  list: "ThreadsSMRSupport::_java_thread_list",
  length: "ThreadsList::_length",
  threads: "ThreadsList::_threads",
  native: "Thread::_osthread",
  id: "OSThread::_thread_id",
  object: "JavaThread::_threadObj",
  running: "JavaThread::_monitor_owner_id",
} as const;

/** Of a static field its address, else its offset. */
type Fields = Readonly<Record<keyof typeof FIELDS, number>>;

/** The tables of one running Java. */
export class JavaCarriers {
  readonly #pid: number;
  readonly #fields: Fields;
  readonly #seen = new Set<number>();
  #asked = 0;

  private constructor(pid: number, fields: Fields) {
    this.#pid = pid;
    this.#fields = fields;
  }

  /** `null` for every process that is none, or is of a version that does not say it. */
  static async of(pid: number): Promise<JavaCarriers | null> {
    try {
      const [, base = "", path = ""] = MACHINE.exec(readFileSync(`/proc/${pid}/maps`, "latin1")) ?? [];
      if (path === "") return null;
      await using file = await open(`/proc/${pid}/root${path}`, "r");
      const elf = await Elf.read(file);
      const fields = elf === null ? null : await withMemory(pid, (memory) => fieldsOf(memory, elf, Number.parseInt(base, 16))); // prettier-ignore
      return fields === null ? null : new JavaCarriers(pid, fields);
    } catch {
      return null;
    }
  }

  /** Those that have begun since it was last asked; from time to time all that there are. */
  async find(): Promise<CarrierWord[]> {
    const { list, length, threads, native, id, object, running } = this.#fields;
    // A thread that has just begun has no name yet.
    if (this.#asked++ % FORGETTING === 0) this.#seen.clear();
    const found = await withMemory(this.#pid, (memory) => {
      const all = memory.word(list);
      const count = Math.min(memory.half(all + length), MOST_THREADS);
      const pointers = memory.bytes(memory.word(all + threads), 8 * count);
      return Array.from({ length: count }, (_, at) => Number(pointers.readBigUInt64LE(8 * at))).flatMap((each) => {
        if (this.#seen.has(each)) return [];
        this.#seen.add(each);
        const thread = memory.half(memory.word(each + native) + id);
        if (!isCarrier(this.#pid, thread)) return [];
        const own = numberIn(memory.bytes(memory.word(memory.word(each + object)), OBJECT_BYTES), each);
        return own === null ? [] : [{ thread, address: each + running, own }];
      });
    });
    return found ?? [];
  }
}

/** The number of a thread's object, which says where its thread is as well. */
const numberIn = (object: Buffer, thread: number): bigint | null => {
  const at = [8, 16].find((offset) => object.readBigUInt64LE(offset) === BigInt(thread));
  return at === undefined ? null : object.readBigUInt64LE(at + 8);
};

const isCarrier = (pid: number, thread: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/comm`, "latin1").startsWith(NAME);
  } catch {
    return false;
  }
};

async function fieldsOf(memory: Memory, elf: Elf, base: number): Promise<Fields | null> {
  const at = async (name: string): Promise<number> =>
    memory.word(base + ((await elf.exported(`gHotSpotVM${name}`)) ?? NaN));
  const [table, stride, type, field, isStatic, offset, address] = await Promise.all(
    ["Structs", "StructEntryArrayStride", "StructEntryTypeNameOffset", "StructEntryFieldNameOffset", "StructEntryIsStaticOffset", "StructEntryOffsetOffset", "StructEntryAddressOffset"].map(at), // prettier-ignore
  ) as [number, number, number, number, number, number, number]; // prettier-ignore
  const found = new Map<string, number>();
  for (let entry = table, left = MOST_FIELDS; left > 0; entry += stride, left--) {
    const owner = memory.word(entry + type);
    if (owner === 0) break;
    const name = `${memory.text(owner)}::${memory.text(memory.word(entry + field))}`;
    found.set(name, memory.word(entry + (memory.half(entry + isStatic) === 0 ? offset : address)));
  }
  const places = Object.entries(FIELDS).map(([key, name]) => [key, found.get(name)] as const);
  return places.every(([, place]) => place !== undefined) ? (Object.fromEntries(places) as Fields) : null;
}

/** Throws where nothing is to be read. */
class Memory {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  bytes(address: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    if (readSync(this.#fd, bytes, 0, length, address) < length)
      throw new RangeError("less memory than there should be");
    return bytes;
  }

  word(address: number): number {
    return Number(this.bytes(address, 8).readBigUInt64LE());
  }

  half(address: number): number {
    return this.bytes(address, 4).readUInt32LE();
  }

  text(address: number): string {
    const bytes = this.bytes(address, MOST_NAME);
    return bytes.toString("latin1", 0, Math.max(0, bytes.indexOf(0)));
  }
}

async function withMemory<T>(pid: number, read: (memory: Memory) => T | Promise<T>): Promise<T | null> {
  let fd: number | null = null;
  try {
    fd = openSync(`/proc/${pid}/mem`, "r");
    return await read(new Memory(fd));
  } catch {
    return null;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
