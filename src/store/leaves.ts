/**
 * The leaves of a spec that YAML cannot hold as they are, in both directions.
 *
 *     $base64: aGVsbG8=                         bytes
 *     $utf16: AABh2A==                          text that is not well-formed Unicode, little endian
 *     $latin1: "…{{secret.token-1}}…"           bytes in which placeholders stand, a character a byte
 *     $asset: sha256-….txt                      text (or bytes: .bin, .latin1) over 64 KiB, in the folder `assets`
 *     size: 70000
 *
 * A mapping of a spec whose first name would be taken for one of these gets one more `$`. `!!binary` is read as well,
 * but not written: the fast parser does not know tags.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { FormatError } from "../core/errors.ts";
import { SplicedBytes } from "../core/secrets/redactor.ts";

/** From which size on a leaf is a file of its own. */
export const ASSET_BYTES = 64 * 1024;
const MARK = /^\$+(?:base64|utf16|latin1|asset)$/;

/** Stores an asset under its name; the same name always has the same content. */
export type PutAsset = (name: string, content: string | Uint8Array) => void;

/** Puts values where placeholders stand. */
export interface Restore {
  text(text: string): string;
  /** Of bytes, a character a byte. */
  latin1(text: string): string;
}

/** What reads files as they are. */
export const AS_IT_STANDS: Restore = { text: (text) => text, latin1: (text) => text };

/** Plain data without bytes or text that YAML cannot hold. */
export function encodeLeaves(value: unknown, put: PutAsset): unknown {
  if (typeof value === "string") return encodeText(value, put);
  if (value instanceof Uint8Array) return encodeBytes(value, put);
  if (value instanceof SplicedBytes) return encodeSpliced(value, put);
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

function encodeSpliced({ latin1 }: SplicedBytes, put: PutAsset): unknown {
  return latin1.length > ASSET_BYTES ? asset(Buffer.from(latin1, "latin1"), "latin1", put) : { $latin1: latin1 };
}

function asset(bytes: Uint8Array, ending: "txt" | "bin" | "latin1", put: PutAsset): unknown {
  const name = `sha256-${createHash("sha256").update(bytes).digest("hex")}.${ending}`;
  put(name, bytes);
  return { $asset: name, size: bytes.length };
}

/** The inverse; `assets` is the folder that holds the large ones, which are read here. */
export function decodeLeaves(value: unknown, assets: string, restore: Restore = AS_IT_STANDS): unknown {
  if (typeof value === "string") return restore.text(value);
  if (Array.isArray(value)) return value.map((item) => decodeLeaves(item, assets, restore));
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  const fields = value as Readonly<Record<string, unknown>>;
  const decoded: Record<string, unknown> = {};
  let isFirst = true;
  for (const name of Object.keys(fields)) {
    let unmarked = name;
    if (isFirst && name.startsWith("$") && MARK.test(name)) {
      if (!name.startsWith("$$")) return marked(name, fields[name], assets, restore);
      unmarked = name.slice(1);
    }
    isFirst = false;
    const member = decodeLeaves(fields[name], assets, restore);
    if (unmarked === "__proto__") Object.defineProperty(decoded, unmarked, { ...AS_A_FIELD, value: member });
    else decoded[unmarked] = member;
  }
  return decoded;
}

/** What an assignment makes of any other name. */
const AS_A_FIELD = { writable: true, enumerable: true, configurable: true };

function marked(name: string, value: unknown, assets: string, restore: Restore): string | Uint8Array {
  if (typeof value !== "string") throw new FormatError("format.yaml", `${name} must be text.`, name);
  if (name === "$base64") return new Uint8Array(Buffer.from(value, "base64"));
  if (name === "$utf16") return restore.text(Buffer.from(value, "base64").toString("utf16le"));
  if (name === "$latin1") return bytesOf(restore.latin1(value));
  return readAsset(join(assets, basename(value)), restore);
}

const bytesOf = (latin1: string): Uint8Array => new Uint8Array(Buffer.from(latin1, "latin1"));

function readAsset(path: string, restore: Restore): string | Uint8Array {
  try {
    if (path.endsWith(".txt")) return restore.text(readFileSync(path, "utf8"));
    return path.endsWith(".latin1") ? bytesOf(restore.latin1(readFileSync(path, "latin1"))) : new Uint8Array(readFileSync(path)); // prettier-ignore
  } catch (cause) {
    throw new FormatError("format.yaml", `The large body ${path} cannot be read.`, path, {
      hint: "Restore the file from version control, or record again.",
      cause,
    });
  }
}
