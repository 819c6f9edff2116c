/**
 * Reads the types of a BPF object: the .BTF section of a little-endian 64-bit ELF file, as far as `gen-structs.ts` needs
 * them (structs, enums, and what their members resolve to). The format is Documentation/bpf/btf.rst of the kernel.
 */

/** A struct's member; `size` of an array is the whole array's. */
export interface BtfMember {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** What an object says about its types. */
export interface BtfTypes {
  readonly structs: ReadonlyMap<string, { readonly size: number; readonly members: readonly BtfMember[] }>;
  readonly enums: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

const Kind = {
  Int: 1,
  Pointer: 2,
  Array: 3,
  Struct: 4,
  Union: 5,
  Enum: 6,
  Function: 12,
  Prototype: 13,
  Variable: 14,
  Section: 15,
  Float: 16,
  Tag: 17,
  Enum64: 19,
} as const;

interface Entry {
  readonly name: string;
  readonly kind: number;
  readonly count: number;
  /** A size, or the type that this one refers to. */
  readonly sizeOrType: number;
  /** Where the part after the common head begins. */
  readonly rest: number;
}

/** Bytes that follow the common head of an entry. */
function restLength(kind: number, count: number): number {
  if (kind === Kind.Int || kind === Kind.Variable || kind === Kind.Tag) return 4;
  if (kind === Kind.Array) return 12;
  if (kind === Kind.Struct || kind === Kind.Union || kind === Kind.Section || kind === Kind.Enum64) return 12 * count;
  if (kind === Kind.Enum || kind === Kind.Prototype) return 8 * count;
  return 0;
}

const text = new TextDecoder();

function textAt(bytes: Uint8Array, start: number): string {
  return text.decode(bytes.subarray(start, bytes.indexOf(0, start)));
}

function section(elf: Uint8Array, wanted: string): Uint8Array {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const table = Number(view.getBigUint64(40, true));
  const [entrySize, count, names] = [view.getUint16(58, true), view.getUint16(60, true), view.getUint16(62, true)];
  const at = (index: number) => table + index * entrySize;
  const place = (index: number) => Number(view.getBigUint64(at(index) + 24, true));
  for (let i = 0; i < count; i++) {
    if (textAt(elf, place(names) + view.getUint32(at(i), true)) !== wanted) continue;
    return elf.subarray(place(i), place(i) + Number(view.getBigUint64(at(i) + 32, true)));
  }
  throw new Error(`the object has no section ${wanted}`);
}

/** The named structs and enums of a BPF object. */
export function readBtf(elf: Uint8Array): BtfTypes {
  const btf = section(elf, ".BTF");
  const view = new DataView(btf.buffer, btf.byteOffset, btf.byteLength);
  const head = view.getUint32(4, true);
  const [typesAt, typesLength] = [head + view.getUint32(8, true), view.getUint32(12, true)];
  const stringsAt = head + view.getUint32(16, true);
  const name = (offset: number) => textAt(btf, stringsAt + offset);

  const entries: (Entry | null)[] = [null];
  for (let at = typesAt; at < typesAt + typesLength;) {
    const info = view.getUint32(at + 4, true);
    const [kind, count] = [(info >>> 24) & 0x1f, info & 0xffff];
    const sizeOrType = view.getUint32(at + 8, true);
    entries.push({ name: name(view.getUint32(at, true)), kind, count, sizeOrType, rest: at + 12 });
    at += 12 + restLength(kind, count);
  }

  const sizeOf = (id: number): number => {
    const entry = entries[id];
    if (entry === null || entry === undefined) return 0;
    if (entry.kind === Kind.Pointer) return 8;
    if (entry.kind === Kind.Array)
      return sizeOf(view.getUint32(entry.rest, true)) * view.getUint32(entry.rest + 8, true);
    const sized: readonly number[] = [Kind.Int, Kind.Struct, Kind.Union, Kind.Enum, Kind.Enum64, Kind.Float];
    return sized.includes(entry.kind) ? entry.sizeOrType : sizeOf(entry.sizeOrType);
  };
  const member = (at: number): BtfMember => ({
    name: name(view.getUint32(at, true)),
    offset: (view.getUint32(at + 8, true) & 0xffffff) / 8,
    size: sizeOf(view.getUint32(at + 4, true)),
  });

  const named = entries.filter((entry): entry is Entry => entry !== null && entry.name !== "");
  const each = <V>(entry: Entry, step: number, read: (at: number) => V) =>
    Array.from({ length: entry.count }, (_, i) => read(entry.rest + i * step));
  return {
    structs: new Map(
      named
        .filter(({ kind }) => kind === Kind.Struct)
        .map((entry) => [entry.name, { size: entry.sizeOrType, members: each(entry, 12, member) }]),
    ),
    enums: new Map(
      named
        .filter(({ kind }) => kind === Kind.Enum)
        .map((entry) => [
          entry.name,
          new Map(each(entry, 8, (at) => [name(view.getUint32(at, true)), view.getInt32(at + 4, true)] as const)),
        ]),
    ),
  };
}
