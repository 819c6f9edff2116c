/**
 * A request's body in the one form that counts for matching: JSON by its values, forms by their sorted fields, multipart
 * without its random boundary, else the bytes. Long forms stand as a hash. Its counterpart for people is
 * request-differences.ts.
 */
import { createHash } from "node:crypto";
import { canonicalJson, type JsonValue, looksLikeJson, parseJson } from "../../core/json.ts";
import { exactText, latin1Text, readableText } from "../../lib/bytes/text.ts";
import { canonicalPairs } from "./canonical-query.ts";
import { decodeBody } from "./content-coding.ts";
import { headerValue, mediaType } from "./headers.ts";
import type { HttpRequest, Message } from "./spec.ts";

const PLAIN_MOST = 4 * 1024;
const JSON_MOST = 16 * 1024 * 1024;
const FORM = "application/x-www-form-urlencoded";

/** The body without its codings, or as it is where they cannot be undone. */
export const plainBody = (message: Message): Uint8Array => decodeBody(message.headers, message.body) ?? message.body;

/** The body as JSON, if it is: said so by its type, or evident from its first character. */
export const jsonBody = (message: Message): JsonValue | undefined => {
  const bytes = plainBody(message);
  if (bytes.length === 0 || bytes.length > JSON_MOST) return undefined;
  const first = bytes[0] ?? 0;
  const named = /[/+]json$/.test(mediaType(message.headers));
  if (!named && first !== 0x7b && first !== 0x5b && first > 32) return undefined;
  const text = exactText(bytes);
  return text !== undefined && (named || looksLikeJson(text)) ? parseJson(text) : undefined;
};

/** The random text between the parts of a multipart body, as its type names it. */
const boundaryOf = (message: Message): string | undefined => {
  if (!mediaType(message.headers).startsWith("multipart/")) return undefined;
  const match = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(headerValue(message.headers, "content-type") ?? "");
  return match?.[1] ?? match?.[2];
};

/** The parts with a fixed boundary, a character a byte; `undefined` if the body is no multipart one. */
export const multipartBody = (message: Message): string | undefined => {
  const boundary = boundaryOf(message);
  if (boundary === undefined) return undefined;
  return latin1Text(plainBody(message)).replaceAll(`--${boundary}`, "--boundary");
};

/** The fields of a urlencoded body, as text; `undefined` if it is none. */
export const formBody = (message: Message): string | undefined =>
  mediaType(message.headers) === FORM ? readableText(plainBody(message)) : undefined;

const digest = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

const shorten = (text: string): string =>
  text.length <= PLAIN_MOST ? text : `sha256 ${digest(text)} of ${text.length}`;

/** One request is compared with many; its long body is read once. What is kept is short. */
const canonicalBodies = new WeakMap<HttpRequest, string>();

/** Equal exactly for bodies that ask the same. */
export const canonicalBody = (request: HttpRequest): string => {
  const known = canonicalBodies.get(request);
  if (known !== undefined) return known;
  const canonical = canonicalOf(request);
  canonicalBodies.set(request, canonical);
  return canonical;
};

const canonicalOf = (request: HttpRequest): string => {
  const bytes = plainBody(request);
  if (bytes.length === 0) return request.bodyUnsent ? "unsent" : "";
  const json = jsonBody(request);
  if (json !== undefined) return shorten(canonicalJson(json));
  const form = formBody(request);
  if (form !== undefined) return shorten(canonicalPairs(form));
  const multipart = multipartBody(request);
  if (multipart !== undefined) return shorten(multipart);
  if (bytes.length > PLAIN_MOST) return `sha256 ${digest(bytes)} of ${bytes.length}`;
  return exactText(bytes) ?? `hex ${Buffer.from(bytes).toString("hex")}`;
};

/** For people: the start of the body, or how much of it there is. */
export const bodyExcerpt = (message: Message, most: number): string => {
  const bytes = plainBody(message);
  if (bytes.length === 0) return "";
  const text = readableText(bytes.subarray(0, most * 4));
  if (text === undefined) return `(${bytes.length} bytes)`;
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
};
