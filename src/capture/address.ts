/**
 * Addresses between text and the 16 bytes that the kernel's maps and records have: network order, IPv4 as ::ffff:a.b.c.d.
 * IPv6 text is canonical (RFC 5952) and without brackets or scope, IPv4-mapped addresses read as IPv4.
 */

/** Length of an address in bytes. */
export const ADDRESS_BYTES = 16;

/** The bytes of an address in text; `null` if it is none. */
export function addressBytes(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array(ADDRESS_BYTES);
  const plain = text.split("%", 1)[0] ?? "";
  const ip4 = /^(?:.*:)?(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})$/.exec(plain)?.[1];
  const last = ip4?.split(".").map(Number);
  if (last?.some((part) => part > 255)) return null;
  if (last !== undefined && !plain.includes(":")) {
    bytes.set([0xff, 0xff, ...last], 10);
    return bytes;
  }
  const groups = groupsOf(
    last === undefined || ip4 === undefined ? plain : `${plain.slice(0, -ip4.length)}${hexPair(last)}`,
  );
  if (groups === null) return null;
  groups.forEach((group, i) => bytes.set([group >> 8, group & 0xff], 2 * i));
  return bytes;
}

const hexPair = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string =>
  `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;

function groupsOf(text: string): number[] | null {
  const halves = text.split("::");
  if (halves.length > 2 || !text.includes(":")) return null;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const isFull = halves.length === 1;
  const missing = 8 - head.length - tail.length;
  if (isFull ? missing !== 0 : missing < 1) return null;
  const all = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? all.map((group) => Number.parseInt(group, 16)) : null;
}

/** The text of 16 bytes at an offset. */
export function addressText(bytes: Uint8Array, at = 0): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, ADDRESS_BYTES);
  if (view.getUint32(0) === 0 && view.getUint32(4) === 0 && view.getUint32(8) === 0xffff) {
    return bytes.subarray(at + 12, at + ADDRESS_BYTES).join(".");
  }
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(2 * i));
  const run = longestZeros(groups);
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  return run.length < 2 ? hex(0, 8) : `${hex(0, run.start)}::${hex(run.start + run.length, 8)}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, i) => {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i - length + 1, length };
  });
  return best;
}
