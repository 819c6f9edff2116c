/** Types whose binary format is text, or nearly: text, json, jsonb, bytea, uuid, "char". */
import { exactText } from "../../../lib/bytes/text.ts";
import type { ValueCodec } from "./value-codec.ts";

const encoder = new TextEncoder();
const HEX = /^(?:[0-9a-f]{2})*$/i;
const UUID = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

/** The same bytes in both formats. */
export const text: ValueCodec = {
  toText: (bytes) => exactText(bytes),
  toBinary: (value) => encoder.encode(value),
};

/** A version byte, which is 1, before the text. */
export const jsonb: ValueCodec = {
  toText: (bytes) => (bytes[0] === 1 ? exactText(bytes.subarray(1)) : undefined),
  toBinary(value) {
    const encoded = encoder.encode(value);
    const bytes = new Uint8Array(encoded.length + 1);
    bytes[0] = 1;
    bytes.set(encoded, 1);
    return bytes;
  },
};

/** Hex as the server prints it; the older escape format is read too. */
export const bytea: ValueCodec = {
  toText: (bytes) => `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`,
  toBinary(value) {
    if (!value.startsWith("\\x")) return fromEscapes(value);
    const digits = value.slice(2).replace(/\s/g, "");
    return HEX.test(digits) ? Uint8Array.from(Buffer.from(digits, "hex")) : undefined;
  },
};

function fromEscapes(value: string): Uint8Array | undefined {
  const bytes = encoder.encode(value);
  const out: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x5c) {
      out.push(byte);
      continue;
    }
    if (bytes[at + 1] === 0x5c) {
      out.push(0x5c);
      at++;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(String.fromCharCode(...bytes.subarray(at + 1, at + 4)));
    if (octal === null) return undefined;
    out.push(Number.parseInt(octal[0], 8));
    at += 3;
  }
  return Uint8Array.from(out);
}

export const uuid: ValueCodec = {
  toText(bytes) {
    if (bytes.length !== 16) return undefined;
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  },
  toBinary(value) {
    const parts = UUID.exec(value.trim());
    return parts === null ? undefined : Uint8Array.from(Buffer.from(parts.slice(1).join(""), "hex"));
  },
};

/** The internal type of one byte; its text is the character, and nothing for zero. */
export const char: ValueCodec = {
  toText(bytes) {
    const [byte = 0] = bytes;
    if (bytes.length !== 1 || byte > 0x7f) return undefined;
    return byte === 0 ? "" : String.fromCharCode(byte);
  },
  toBinary(value) {
    const code = value === "" ? 0 : value.charCodeAt(0);
    return value.length <= 1 && code <= 0x7f ? Uint8Array.of(code) : undefined;
  },
};

/** What a function without result returns. */
export const nothing: ValueCodec = {
  toText: (bytes) => (bytes.length === 0 ? "" : undefined),
  toBinary: (value) => (value === "" ? new Uint8Array(0) : undefined),
};
