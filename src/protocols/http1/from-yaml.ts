/**
 * An exchange from a file (kind `Http`): ours, and Keploy's v1beta1 and v1beta2 as they are. What a person edited wins
 * over the exact bytes noted beside it, and lengths follow. Refuses what is no exchange, naming the path. Its counterpart
 * is to-yaml.ts.
 */
import { STATUS_CODES } from "node:http";
import { isBodiless, requestFraming, responseFraming } from "./framing.ts";
import {
  decodeHead,
  keepUnlessPrinted,
  parseRequestLine,
  parseStatusLine,
  printRequestLine,
  printStatusLine,
} from "./head.ts";
import { headerTokens, headerValue } from "./headers.ts";
import { requestParts } from "./request-parts.ts";
import type { Header, HttpRequest, HttpResponse, HttpSpec, Interim } from "./spec.ts";
import { urlOf } from "./to-yaml.ts";
import { Fields, misshapen } from "./yaml-fields.ts";
import { headersFromYaml, sameHeaders } from "./yaml-headers.ts";
import { inFile, messageBody, messageChunks, messageMinor, withLength } from "./yaml-message.ts";

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

type RequestHead = Pick<HttpRequest, "method" | "target" | "origin" | "minor" | "headers" | "headWire">;

/** The head as the noted bytes have it, if they say the same as the fields beside them. */
const notedRequestHead = (fields: Fields, url: string, edited: RequestHead): RequestHead | undefined => {
  const bytes = fields.bytes("head_wire");
  if (!bytes) return undefined;
  return inFile(fields.at("head_wire"), () => {
    const head = decodeHead(bytes);
    const line = parseRequestLine(head.start);
    const same =
      line.method === edited.method &&
      line.minor === edited.minor &&
      sameHeaders(head.headers, edited.headers) &&
      urlOf({ ...line, origin: edited.origin }) === url;
    const headWire = keepUnlessPrinted(head, printRequestLine(line), bytes);
    return same ? { ...edited, target: line.target, headWire } : undefined;
  });
};

const requestHead = (fields: Fields): RequestHead => {
  const method = fields.text("method", "GET");
  if (!METHOD.test(method)) throw misshapen(fields.at("method"), "a method", method);
  const url = fields.text("url", "/");
  const headers = headersFromYaml(fields, "header");
  const { target, origin, authority } = requestParts(method, url);
  const host = headerValue(headers, "host");
  const edited: RequestHead = {
    method,
    target,
    origin: origin === "" && host !== undefined ? `http://${host}` : origin,
    minor: messageMinor(fields),
    headers,
    headWire: null,
  };
  const noted = notedRequestHead(fields, url, edited);
  if (noted) return noted;
  if (host !== undefined || edited.minor === 0 || authority === "") return edited;
  return { ...edited, headers: [["Host", authority.replace(/^.*@/, "")], ...headers] };
};

const requestFromYaml = (fields: Fields): HttpRequest => {
  const head = requestHead(fields);
  const body = messageBody(fields, head.headers);
  const bodyUnsent = fields.flag("body_unsent");
  const framing = inFile(fields.at("header"), () => requestFraming(head.headers));
  const bare = bodyUnsent || (framing.kind === "none" && body.length === 0);
  const headers = bare ? head.headers : withLength(head.headers, framing, body);
  return {
    ...head,
    headers,
    headWire: headers === head.headers ? head.headWire : null,
    body,
    chunks: bodyUnsent ? null : messageChunks(fields, framing, body),
    trailers: headersFromYaml(fields, "trailer"),
    bodyUnsent,
  };
};

const responseHead = (fields: Fields): Interim => {
  const status = fields.integer("status_code", 200);
  if (status < 100 || status > 999) throw misshapen(fields.at("status_code"), "a status code", status);
  const minor = messageMinor(fields);
  const reason = fields.text("status_message", STATUS_CODES[status] ?? "").replace(/[\r\n]+/g, " ");
  const edited: Interim = { minor, status, reason, headers: headersFromYaml(fields, "header"), headWire: null };
  const bytes = fields.bytes("head_wire");
  if (!bytes) return edited;
  return inFile(fields.at("head_wire"), () => {
    const head = decodeHead(bytes);
    const line = parseStatusLine(head.start);
    const same =
      line.status === status &&
      line.reason === reason &&
      line.minor === minor &&
      sameHeaders(head.headers, edited.headers);
    return same ? { ...edited, headWire: keepUnlessPrinted(head, printStatusLine(line), bytes) } : edited;
  });
};

/** The fields with the framing that the recording had, or a length where a file of another tool names none. */
const framedHeaders = (fields: Fields, head: Interim, method: string, body: Uint8Array): readonly Header[] => {
  if (isBodiless(method, head.status)) return head.headers;
  const framing = inFile(fields.at("header"), () => responseFraming(head.headers, method, head.status));
  if (framing.kind === "close") {
    const asRecorded = fields.flag("until_close") || headerTokens(head.headers, "transfer-encoding").length > 0;
    return asRecorded ? head.headers : withLength(head.headers, framing, body);
  }
  return fields.flag("body_skipped") ? head.headers : withLength(head.headers, framing, body);
};

const responseFromYaml = (fields: Fields, method: string): HttpResponse => {
  const head = responseHead(fields);
  const body = messageBody(fields, head.headers);
  const headers = fields.flag("cut") ? head.headers : framedHeaders(fields, head, method, body);
  const framing = inFile(fields.at("header"), () => responseFraming(headers, method, head.status));
  const path = fields.at("interim");
  return {
    ...head,
    headers,
    headWire: headers === head.headers ? head.headWire : null,
    body,
    chunks: messageChunks(fields, framing, body),
    trailers: headersFromYaml(fields, "trailer"),
    interim: fields.list("interim").map((value, index) => responseHead(new Fields(value, `${path}[${index}]`))),
    cut: fields.flag("cut"),
    skippedSize: fields.flag("body_skipped") ? fields.integer("body_size", 0) : null,
  };
};

/** From the store. */
export const specFromYaml = (spec: unknown): HttpSpec => {
  const fields = new Fields(spec, "");
  const request = requestFromYaml(fields.fields("req"));
  return { request, response: responseFromYaml(fields.fields("resp"), request.method) };
};
