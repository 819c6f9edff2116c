/**
 * The leaves of a spec that YAML cannot hold as they are, in both directions.
 *
 *     $base64: aGVsbG8=                         bytes
 *     $utf16: AABh2A==                          text that is not well-formed Unicode, little endian
 *     $asset: sha256-….txt                      text (or bytes: .bin) over 64 KiB, in the folder `assets`
 *     size: 70000
 *
 * A mapping of a spec whose first name would be taken for one of these gets one more `$`. `!!binary` is read as well,
 * but not written: the fast parser does not know tags.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { FormatError } from "../core/errors.ts";

/** From which size on a leaf is a file of its own. */
export const ASSET_BYTES = 64 * 1024;
const MARK = /^\$+(?:base64|utf16|asset)$/;

/** Stores an asset under its name; the same name always has the same content. */
export type PutAsset = (name: string, content: string | Uint8Array) => void;

/** Plain data without bytes or text that YAML cannot hold. */
export function encodeLeaves(value: unknown, put: PutAsset): unknown {
  if (typeof value === "string") return encodeText(value, put);
  if (value instanceof Uint8Array) return encodeBytes(value, put);
  if (Array.isArray(value)) return value.map((item) => encodeLeaves(item, put));
  if (typeof value !== "object" || value === null) return typeof value === "bigint" ? String(value) : value;
  const entries = Object.entries(value).map(([name, member]) => [name, encodeLeaves(member, put)] as const);
  const first = entries[0];
  if (first !== undefined && MARK.test(first[0])) entries[0] = [`$${first[0]}`, first[1]];
  return Object.fromEntries(entries);
}

function encodeText(text: string, put: PutAsset): unknown {
  if (!text.isWellFormed()) return { $utf16: Buffer.from(text, "utf16le").toString("base64") };
  if (text.length <= ASSET_BYTES / 3) return text;
  const bytes = Buffer.from(text);
  return bytes.length > ASSET_BYTES ? asset(bytes, "txt", put) : text;
}

function encodeBytes(bytes: Uint8Array, put: PutAsset): unknown {
  if (bytes.length > ASSET_BYTES) return asset(bytes, "bin", put);
  return { $base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") };
}

function asset(bytes: Uint8Array, ending: string, put: PutAsset): unknown {
  const name = `sha256-${createHash("sha256").update(bytes).digest("hex")}.${ending}`;
  put(name, bytes);
  return { $asset: name, size: bytes.length };
}

/** The inverse; `assets` is the folder that holds the large ones, which are read here. */
export function decodeLeaves(value: unknown, assets: string): unknown {
  if (Array.isArray(value)) return value.map((item) => decodeLeaves(item, assets));
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  const entries = Object.entries(value);
  const [name, first] = entries[0] ?? ["", undefined];
  const decoded = entries.map(([each, member]) => [each, member] as [string, unknown]);
  if (MARK.test(name)) {
    if (!name.startsWith("$$")) return marked(name, first, assets);
    decoded[0] = [name.slice(1), first];
  }
  return Object.fromEntries(decoded.map(([each, member]) => [each, decodeLeaves(member, assets)]));
}

function marked(name: string, value: unknown, assets: string): string | Uint8Array {
  if (typeof value !== "string") throw new FormatError("format.yaml", `${name} must be text.`, name);
  if (name === "$base64") return new Uint8Array(Buffer.from(value, "base64"));
  if (name === "$utf16") return Buffer.from(value, "base64").toString("utf16le");
  return readAsset(join(assets, basename(value)));
}

function readAsset(path: string): string | Uint8Array {
  try {
    return path.endsWith(".txt") ? readFileSync(path, "utf8") : new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new FormatError("format.yaml", `The large body ${path} cannot be read.`, path, {
      hint: "Restore the file from version control, or record again.",
      cause,
    });
  }
}
