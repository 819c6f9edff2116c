/**
 * Bodies in files: readable where a person could read them, exact where it counts. A coded body (gzip and the like)
 * stands decoded, with its bytes beside it; they are used as long as they decode to what stands there, so that an edit wins.
 */
import { type JsonLayout, jsonLayouts, layJson, readableJson } from "../../core/json-layout.ts";
import { looksLikeJson } from "../../core/json.ts";
import { equalBytes, NOTHING, ownBytes } from "../../lib/bytes/pieces.ts";
import { exactText, readableText, textBytes } from "../../lib/bytes/text.ts";
import { codingsOf, decodeBody, encodeBody } from "./content-coding.ts";
import type { Header } from "./spec.ts";
import { type Fields, misshapen } from "./yaml-fields.ts";

/** Beyond this nobody reads a body in a file; the bytes are handed on without becoming text. */
const TEXT_MOST = 1024 * 1024;
/** Shorter JSON is read well enough on its one line. */
const LINE_MOST = 100;
/** The note on a body that stands as it was sent although its head names a coding. */
const AS_SENT = "wire";

/** The fields that hold a body. */
export const bodyToYaml = (headers: readonly Header[], body: Uint8Array): Record<string, unknown> => {
  const decoded = decodeBody(headers, body);
  const shown = readable(decoded ?? body);
  if (decoded === undefined) return { body: shown.body, body_style: AS_SENT };
  return decoded === body ? shown : { ...shown, body_wire: ownBytes(body) };
};

const readable = (bytes: Uint8Array): { body: string | Uint8Array; body_style?: JsonLayout } => {
  const text = bytes.length > TEXT_MOST ? undefined : readableText(bytes);
  if (text === undefined) return { body: ownBytes(bytes) };
  const json = text.length > LINE_MOST && looksLikeJson(text) ? readableJson(text) : undefined;
  return json ? { body: json.text, body_style: json.layout } : { body: text };
};

/** The payload that the fields stand for; `read` are the bytes of the `body` field however it was given. */
export const bodyFromYaml = (fields: Fields, headers: readonly Header[], read: Uint8Array): Uint8Array => {
  const style = fields.text("body_style", "");
  if (style === AS_SENT) return read;
  const body = style === "" ? read : laid(read, style, fields);
  if (codingsOf(headers).length === 0 || body.length === 0) return body;
  const wire = fields.bytes("body_wire");
  if (wire !== undefined) {
    const decoded = decodeBody(headers, wire);
    if (decoded && equalBytes(decoded, body)) return wire;
  } else if (exactText(body) === undefined && decodeBody(headers, body) !== undefined) {
    return body;
  }
  return encodeBody(headers, body) ?? body;
};

const laid = (body: Uint8Array, style: string, fields: Fields): Uint8Array => {
  const layout = jsonLayouts.find((known) => known === style);
  if (!layout) throw misshapen(fields.at("body_style"), `one of ${[...jsonLayouts, AS_SENT].join(", ")}`, style);
  const text = exactText(body);
  const json = text === undefined ? undefined : layJson(text, layout);
  return json === undefined ? body : textBytes(json);
};

/** The bytes of the `body` field if it is text or bytes. */
export const plainYamlBody = (fields: Fields): Uint8Array => fields.bytes("body") ?? NOTHING;
