/**
 * The parameters of SVCB and HTTPS records (RFC 9460, 2.1 and 2.2): `alpn=h2,h3 port=443`. A parameter without a spelling
 * of its own is written as `key7=…`, with escapes.
 */
import { ipv4Bytes, ipv4Text, ipv6Bytes, ipv6Text } from "./addresses.ts";
import { tokenBytes } from "./tokens.ts";

/** By key number. */
const names = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint"] as const;

/** Text for the parameters; where it does not say them exactly, reading it back tells. */
export const parametersText = (bytes: Uint8Array): string => {
  const words: string[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    const key = view.getUint16(at);
    const size = view.getUint16(at + 2);
    if (at + 4 + size > bytes.length) throw new RangeError("a parameter is longer than its record");
    const value = valueText(key, bytes.subarray(at + 4, at + 4 + size));
    words.push(value === "" ? nameOf(key) : `${nameOf(key)}=${value}`);
    at += 4 + size;
  }
  return words.join(" ");
};

const nameOf = (key: number): string => names[key] ?? `key${key}`;

const valueText = (key: number, value: Uint8Array): string => {
  switch (names[key]) {
    case "mandatory":
      return slices(value, 2)
        .map((two) => nameOf(((two[0] ?? 0) << 8) | (two[1] ?? 0)))
        .join(",");
    case "alpn":
      return alpnText(value);
    case "port":
      return String(((value[0] ?? 0) << 8) | (value[1] ?? 0));
    case "ipv4hint":
      return slices(value, 4).map(ipv4Text).join(",");
    case "ipv6hint":
      return slices(value, 16).map(ipv6Text).join(",");
    case "ech":
      return Buffer.from(value).toString("base64");
    default:
      return escaped(value);
  }
};

const slices = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

const alpnText = (value: Uint8Array): string => {
  const ids: string[] = [];
  for (let at = 0; at < value.length; at += 1 + (value[at] ?? 0))
    ids.push(escaped(value.subarray(at + 1, at + 1 + (value[at] ?? 0))));
  return ids.join(",");
};

const escaped = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) =>
    /[\w./+-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, "0")}`,
  ).join("");

/** The bytes that the words say, in the order of the words, or undefined where one is not understood. */
export const parametersBytes = (words: readonly string[]): Uint8Array | undefined => {
  const bytes: number[] = [];
  for (const word of words) {
    const [, name = "", text = ""] = /^([^=]+)=?(.*)$/s.exec(word) ?? [];
    const key = keyOf(name);
    const value = key === undefined ? undefined : valueBytes(key, text);
    if (key === undefined || value === undefined) return undefined;
    bytes.push(key >> 8, key & 0xff, value.length >> 8, value.length & 0xff, ...value);
  }
  return Uint8Array.from(bytes);
};

const keyOf = (name: string): number | undefined => {
  const known = names.findIndex((each) => each === name);
  if (known >= 0) return known;
  return /^key\d{1,5}$/.test(name) && Number(name.slice(3)) <= 0xffff ? Number(name.slice(3)) : undefined;
};

const valueBytes = (key: number, text: string): Uint8Array | undefined => {
  const parts = text === "" ? [] : text.split(",");
  switch (names[key]) {
    case "mandatory":
      return joined(parts.map((part) => twoBytes(keyOf(part))));
    case "alpn":
      return joined(parts.map((part) => withLength(tokenBytes(part))));
    case "port":
      return /^\d+$/.test(text) ? twoBytes(Number(text)) : undefined;
    case "ipv4hint":
      return joined(parts.map(ipv4Bytes));
    case "ipv6hint":
      return joined(parts.map(ipv6Bytes));
    case "ech":
      return Uint8Array.from(Buffer.from(text, "base64"));
    default:
      return tokenBytes(text);
  }
};

const twoBytes = (value: number | undefined): Uint8Array | undefined =>
  value === undefined || value > 0xffff ? undefined : Uint8Array.of(value >> 8, value & 0xff);

const withLength = (bytes: Uint8Array | undefined): Uint8Array | undefined =>
  bytes === undefined || bytes.length > 255 ? undefined : Uint8Array.of(bytes.length, ...bytes);

const joined = (parts: readonly (Uint8Array | undefined)[]): Uint8Array | undefined => {
  const bytes: number[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    bytes.push(...part);
  }
  return Uint8Array.from(bytes);
};
