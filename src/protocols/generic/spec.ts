/**
 * What is kept of an exchange that nobody understands: the bytes of both sides. Here alone is known how YAML spells it, in
 * our files and in those of Keploy; nothing here reads meaning into the bytes.
 */
import { type Fields, fieldsOf, itemsOf, wrongAt } from "../../core/plain-data.ts";
import type { Key } from "../../core/pool.ts";
import { readableText, textBytes } from "../../lib/bytes/text.ts";
import { joined } from "../../lib/bytes/pieces.ts";
import { preview } from "./bytes.ts";

/** One side's bytes in the order sent; over UDP an element is a datagram, over TCP only their sequence matters. */
export type Runs = readonly Uint8Array[];

/** A client's words and what the server says until the client speaks again. */
export interface GenericSpec {
  /** Empty for a greeting: what a server says before it is asked. */
  readonly request: Runs;
  readonly response: Runs;
  /** The server ended the connection after this answer; some clients read until then. */
  readonly closes: boolean;
  /** The server said this by itself, some time after it had answered that request; empty where it had said nothing yet. */
  readonly isPush: boolean;
}

/** `Key.shape` of what answers a request. */
export const REQUEST = "request";
/** `Key.shape` of what a server says first. */
export const GREETING = "greeting";

const WHOLE_MOST = 4096;

/** The bytes themselves where they are few, else their hash and number. */
export function keyOf({ request, isPush }: Pick<GenericSpec, "request" | "isPush">): Key {
  const bytes = joined(request);
  if (isPush) {
    const text = `after ${hashOf(bytes)}`;
    return { text, shape: text, asked: bytes.length === 0 ? "after the greeting" : `after ${preview(bytes)}` };
  }
  if (bytes.length === 0) return { text: "", shape: GREETING, asked: "greeting" };
  const text = bytes.length > WHOLE_MOST ? hashOf(bytes) : `bytes:${Buffer.from(bytes).toString("latin1")}`;
  return { text, shape: REQUEST, asked: preview(bytes) };
}

function hashOf(bytes: Uint8Array): string {
  return `sha256:${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}:${bytes.length}`;
}

/** Plain data; text where a person can read it, else bytes. */
export function toYaml({ request, response, closes, isPush }: GenericSpec) {
  const leaves = (runs: Runs) => runs.map((run) => readableText(run) ?? run);
  const marks = { ...(closes ? { closes } : {}), ...(isPush ? { push: true } : {}) };
  const spec = { request: leaves(request), response: leaves(response), ...marks };
  return { kind: "Generic", spec };
}

/** Reads our files, and Keploy's, which name their lists differently. */
export function fromYaml(_kind: string, spec: unknown): GenericSpec {
  const map = fieldsOf(spec, "spec");
  if ("genericrequests" in map || "genericresponses" in map) return fromKeploy(map);
  return {
    request: itemsOf(map["request"], "spec.request").map((leaf, index) => asBytes(leaf, `spec.request[${index}]`)),
    response: itemsOf(map["response"], "spec.response").map((leaf, index) => asBytes(leaf, `spec.response[${index}]`)),
    closes: asMark(map["closes"], "spec.closes"),
    isPush: asMark(map["push"], "spec.push"),
  };
}

function fromKeploy(map: Fields): GenericSpec {
  const runs = (name: string) =>
    itemsOf(map[name] ?? [], `spec.${name}`).flatMap((payload, at) => {
      const path = `spec.${name}[${at}].message`;
      const messages = itemsOf(fieldsOf(payload, `spec.${name}[${at}]`)["message"], path);
      return messages.map((message, index) => keployBytes(message, `${path}[${index}]`));
    });
  // Its lists hold what was read from a socket at a time, which says nothing about messages.
  const one = (parts: Runs) => (parts.length === 0 ? [] : [joined(parts)]);
  return {
    request: one(runs("genericrequests")),
    response: one(runs("genericresponses")),
    closes: false,
    isPush: false,
  };
}

function keployBytes(message: unknown, path: string): Uint8Array {
  const { type, data } = fieldsOf(message, path);
  if (data instanceof Uint8Array) return data;
  if (typeof data !== "string") throw wrongAt(`${path}.data`, "text");
  if (type !== "binary") return textBytes(data);
  if (!/^[A-Za-z0-9+/\s]*=*\s*$/.test(data)) throw wrongAt(`${path}.data`, "base64");
  return new Uint8Array(Buffer.from(data, "base64"));
}

function asMark(value: unknown, path: string): boolean {
  if (value !== undefined && typeof value !== "boolean") throw wrongAt(path, "true or false");
  return value === true;
}

function asBytes(leaf: unknown, path: string): Uint8Array {
  if (leaf instanceof Uint8Array) return leaf;
  if (typeof leaf !== "string") throw wrongAt(path, "text or bytes");
  return textBytes(leaf);
}
