/** What reading requests and responses from files has in common: bodies that other tools write, lengths, chunk notes. */
import { FormatError } from "../../core/errors.ts";
import { textBytes } from "../../lib/bytes/text.ts";
import { fittingChunks, oneChunk } from "./chunk-sizes.ts";
import { printEvent, printJsonLine, type StreamEvent } from "./event-stream.ts";
import { formBytes } from "./form-body.ts";
import type { Framing } from "./framing.ts";
import { mediaType, withHeader } from "./headers.ts";
import type { Header } from "./spec.ts";
import { bodyFromYaml, plainYamlBody } from "./yaml-body.ts";
import { Fields, misshapen } from "./yaml-fields.ts";

/** Rethrows what the wire's rules say of a head as an error of the file. */
export const inFile = <T>(path: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError) || error.code === "format.yaml") throw error;
    throw new FormatError("format.yaml", `${path}: ${error.message}`, path, { hint: error.hint, cause: error });
  }
};

const streamPart = (value: unknown, path: string, type: string): string => {
  if (typeof value === "string") return value;
  const part = new Fields(value, path);
  const data = part.get("data");
  if (typeof data === "string") return data;
  const fields = new Fields(data, part.at("data"));
  if (fields.has("raw")) {
    const raw = fields.text("raw", "");
    return type.endsWith("ndjson") || type.endsWith("jsonl") ? printJsonLine(raw) : raw;
  }
  const event: StreamEvent = new Map(
    ["id", "event", "retry", "data", "comment"].flatMap((name): [string, string][] =>
      fields.has(name) ? [[name === "comment" ? "" : name, fields.text(name, "")]] : [],
    ),
  );
  if (event.size === 0) throw misshapen(fields.path, "an event, or `raw` text", data);
  return printEvent(event);
};

/** A stream as Keploy writes it: a list of what came, each with its time. */
const streamBytes = (parts: readonly unknown[], fields: Fields, headers: readonly Header[]): Uint8Array => {
  const type = mediaType(headers);
  return textBytes(parts.map((part, index) => streamPart(part, `${fields.at("body")}[${index}]`, type)).join(""));
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const fromBase64 = (text: string): Uint8Array | undefined =>
  BASE64.test(text.replace(/\s+/g, "")) ? new Uint8Array(Buffer.from(text, "base64")) : undefined;

/** The payload, whichever way the file holds it. */
export const messageBody = (fields: Fields, headers: readonly Header[]): Uint8Array => {
  const value = fields.get("body");
  if (Array.isArray(value)) return bodyFromYaml(fields, headers, streamBytes(value, fields, headers));
  const body = plainYamlBody(fields);
  if (body.length > 0) {
    const binary = typeof value === "string" && fields.text("body_type", "").toLowerCase() === "binary";
    return bodyFromYaml(fields, headers, (binary ? fromBase64(value) : undefined) ?? body);
  }
  const binary = fields.bytes("binary");
  if (binary && binary.length > 0) {
    return typeof fields.get("binary") === "string" ? (fromBase64(fields.text("binary", "")) ?? binary) : binary;
  }
  if (fields.list("form").length > 0) return formBytes(fields, headers);
  if (fields.has("body_ref")) {
    const path = fields.at("body_ref");
    throw new FormatError(
      "format.yaml",
      `${path} names a file with the body, which was not read with this one.`,
      path,
      {
        hint: "Put the content into `body`, or record the test again.",
      },
    );
  }
  return bodyFromYaml(fields, headers, body);
};

/** The fields with the length that the body has, where they name one or need one. */
export const withLength = (headers: readonly Header[], framing: Framing, body: Uint8Array): readonly Header[] => {
  const fits = framing.kind === "chunked" || (framing.kind === "length" && framing.length === body.length);
  return fits ? headers : withHeader(headers, "Content-Length", String(body.length));
};

/** How the body is cut; `null` if it is not. */
export const messageChunks = (fields: Fields, framing: Framing, body: Uint8Array): string | null => {
  if (framing.kind !== "chunked") return null;
  return fields.has("chunks") ? fittingChunks(fields.text("chunks", ""), body.length) : oneChunk(body.length);
};

/** HTTP/1's minor version; files of other tools may leave it out. */
export const messageMinor = (fields: Fields): number => {
  const major = fields.integer("proto_major", 1);
  if (major > 1) return 1;
  const minor = fields.integer("proto_minor", 1);
  if (minor > 9) throw misshapen(fields.at("proto_minor"), "one digit", minor);
  return minor;
};
