/**
 * How long a body is (RFC 9112, 6.3): none, a known length, chunks, or until the connection closes. Follows from the
 * head alone. Where a head names both a length and chunks, the chunks count.
 */
import { FormatError } from "../../core/errors.ts";
import { headerTokens, headerValues } from "./headers.ts";
import type { Header } from "./spec.ts";

export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

const NONE: Framing = { kind: "none" };
const CHUNKED: Framing = { kind: "chunked" };
const CLOSE: Framing = { kind: "close" };

const LENGTH = /^\d{1,15}$/;

const contentLength = (headers: readonly Header[]): number | undefined => {
  const fields = headerValues(headers, "content-length");
  if (fields.length === 0) return undefined;
  if (fields.length === 1 && LENGTH.test(fields[0] ?? "")) return Number(fields[0]);
  const values = fields.flatMap((value) => value.split(",").map((part) => part.trim()));
  const [first = ""] = values;
  if (!LENGTH.test(first) || values.some((value) => value !== first)) {
    throw new FormatError("format.bytes", `Content-Length is no length: ${values.join(", ").slice(0, 80)}`, "head");
  }
  return Number(first);
};

/** How the body of a request ends. */
export const requestFraming = (headers: readonly Header[]): Framing => {
  const codings = headerTokens(headers, "transfer-encoding");
  if (codings.at(-1) === "chunked") return CHUNKED;
  if (codings.some((coding) => coding !== "identity")) {
    throw new FormatError("format.bytes", "a request's Transfer-Encoding does not end with chunked", "head");
  }
  const length = contentLength(headers);
  return length === undefined ? NONE : { kind: "length", length };
};

/** Whether a response to `method` with this status carries no body, whatever its head says. */
export const isBodiless = (method: string, status: number): boolean =>
  method === "HEAD" || status < 200 || status === 204 || status === 304 || isTunnel(method, status);

/** Whether the connection is something else after this response: an upgrade, or a tunnel. */
export const isTunnel = (method: string, status: number): boolean =>
  status === 101 || (method === "CONNECT" && status >= 200 && status < 300);

/** How the body of a response ends. */
export const responseFraming = (headers: readonly Header[], method: string, status: number): Framing => {
  if (isBodiless(method, status)) return NONE;
  const codings = headerTokens(headers, "transfer-encoding").filter((coding) => coding !== "identity");
  if (codings.length > 0) return codings.at(-1) === "chunked" ? CHUNKED : CLOSE;
  const length = contentLength(headers);
  return length === undefined ? CLOSE : { kind: "length", length };
};

/** Whether the connection may carry another exchange after a message with this head. */
export const keepsAlive = (minor: number, headers: readonly Header[]): boolean => {
  const tokens = headerTokens(headers, "connection");
  return minor === 0 ? tokens.includes("keep-alive") : !tokens.includes("close");
};
