/**
 * What a request is matched by: method, host, path, sorted query and canonical body. Fields of the head do not count,
 * except the body's media type: they vary with driver versions, traces and credentials.
 */
import type { Key } from "../../core/pool.ts";
import { bodyExcerpt, canonicalBody } from "./canonical-body.ts";
import { canonicalPairs } from "./canonical-query.ts";
import { mediaType } from "./headers.ts";
import type { HttpRequest } from "./spec.ts";

const EXCERPT = 100;

/** The parts of a request's address. */
export interface Address {
  /** In lower case, with the port unless it is the scheme's own. */
  readonly host: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

/** Where a request goes, whichever form its target has. */
export const addressOf = ({ method, target, origin }: Pick<HttpRequest, "method" | "target" | "origin">): Address => {
  const [, scheme = "http", authority = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(origin) ?? [];
  const standard = scheme.toLowerCase() === "https" ? ":443" : ":80";
  const lower = authority.toLowerCase().replace(/^[^@]*@/, "");
  const host = lower.endsWith(standard) ? lower.slice(0, -standard.length) : lower;
  if (method === "CONNECT") return { host, path: "", query: "" };
  const rest = target.startsWith("/") ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  const mark = rest.indexOf("?");
  const path = mark < 0 ? rest : rest.slice(0, mark);
  return { host, path: path === "" ? "/" : path, query: mark < 0 ? "" : rest.slice(mark + 1) };
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a path's segment is an identifier rather than a word. */
export const isIdentifier = (segment: string): boolean =>
  /^\d+$/.test(segment) || UUID.test(segment) || /^[0-9a-f]{16,}$/i.test(segment);

/** `/users/:id/orders` of `/users/7/orders`. */
export const pathShape = (path: string): string =>
  path
    .split("/")
    .map((segment) => (isIdentifier(segment) ? ":id" : segment))
    .join("/");

/** The request in one line. */
export const askedLine = (request: HttpRequest, { host, path, query } = addressOf(request)): string => {
  const excerpt = bodyExcerpt(request, EXCERPT);
  return `${request.method} ${host}${path}${query === "" ? "" : `?${query}`}${excerpt === "" ? "" : ` ${excerpt}`}`;
};

/** The key of a request. */
export const keyOf = (request: HttpRequest): Key => {
  const address = addressOf(request);
  const { host, path, query } = address;
  const body = canonicalBody(request);
  const where = `${request.method} ${host}${path}${query === "" ? "" : `?${canonicalPairs(query)}`}`;
  return {
    text: body === "" ? where : `${where}\n${mediaType(request.headers)}\n${body}`,
    shape: `${request.method} ${host}${pathShape(path)}`,
    asked: askedLine(request, address),
  };
};
