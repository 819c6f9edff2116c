/**
 * An exchange as plain data for a file (kind `Http`), in the shape that Keploy's users know, with notes beside it where
 * the readable form alone would not give the same bytes again. Its counterpart is from-yaml.ts.
 */
import { readableText } from "../../lib/bytes/text.ts";
import { ownBytes } from "../../lib/bytes/pieces.ts";
import { oneChunk } from "./chunk-sizes.ts";
import { encodeRequestHead, encodeResponseHead } from "./encode.ts";
import { responseFraming } from "./framing.ts";
import { headerValue } from "./headers.ts";
import { requestParts } from "./request-parts.ts";
import type { HttpRequest, HttpResponse, HttpSpec, Interim, Message } from "./spec.ts";
import { bodyToYaml } from "./yaml-body.ts";
import { headersToYaml } from "./yaml-headers.ts";

/** The whole URL of a request, as files show it. */
export const urlOf = ({ method, target, origin }: Pick<HttpRequest, "method" | "target" | "origin">): string => {
  if (method === "CONNECT") return origin;
  return target.startsWith(origin) && origin !== "" ? target : origin + target;
};

const wireText = (wire: Uint8Array): string | Uint8Array => readableText(wire) ?? ownBytes(wire);

const notes = (message: Message): Record<string, unknown> => ({
  ...(message.chunks === null || message.chunks === oneChunk(message.body.length) ? {} : { chunks: message.chunks }),
  ...(message.trailers.length === 0 ? {} : { trailer: headersToYaml(message.trailers) }),
});

const requestToYaml = (request: HttpRequest): Record<string, unknown> => {
  const { method, minor, headers } = request;
  const url = urlOf(request);
  // What a reader without the note would make of these fields.
  const again = requestParts(method, url);
  const implied = minor > 0 && method !== "CONNECT" && headerValue(headers, "host") === undefined;
  const exact =
    request.headWire === null && !implied && again.target === request.target && again.origin === request.origin;
  return {
    method,
    proto_major: 1,
    proto_minor: minor,
    url,
    header: headersToYaml(headers),
    ...(exact ? {} : { head_wire: wireText(encodeRequestHead(request)) }),
    ...bodyToYaml(headers, request.body),
    ...notes(request),
    ...(request.bodyUnsent ? { body_unsent: true } : {}),
  };
};

const statusToYaml = (response: HttpResponse | Interim): Record<string, unknown> => ({
  status_code: response.status,
  status_message: response.reason,
  proto_major: 1,
  proto_minor: response.minor,
  header: headersToYaml(response.headers),
  ...(response.headWire === null ? {} : { head_wire: wireText(encodeResponseHead(response)) }),
});

const responseToYaml = (response: HttpResponse, method: string): Record<string, unknown> => {
  const untilClose = responseFraming(response.headers, method, response.status).kind === "close";
  return {
    ...statusToYaml(response),
    ...bodyToYaml(response.headers, response.body),
    ...notes(response),
    ...(response.interim.length === 0 ? {} : { interim: response.interim.map(statusToYaml) }),
    ...(untilClose ? { until_close: true } : {}),
    ...(response.cut ? { cut: true } : {}),
    ...(response.skippedSize === null ? {} : { body_skipped: true, body_size: response.skippedSize }),
  };
};

/** For the store. */
export const specToYaml = ({ request, response }: HttpSpec): Record<string, unknown> => ({
  req: requestToYaml(request),
  resp: responseToYaml(response, request.method),
});
