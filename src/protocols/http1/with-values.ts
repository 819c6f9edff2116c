/**
 * A recorded request with other values in it, for ids that the app makes anew each time. Framing follows: a body of
 * another length is announced as such. Bodies in a coding, bodies of bytes and large ones stay as they are.
 */
import { exactText, textBytes } from "../../lib/bytes/text.ts";
import { headerTokens } from "./headers.ts";
import type { Header, HttpSpec } from "./spec.ts";

/** A larger body is an upload, and goes as it is. */
const REWRITTEN_MOST = 1 << 20;
const FRAMING = new Set(["content-length", "transfer-encoding", "connection", "host"]);

/** The same spec where `rewrite` changes nothing; it is shown each text of the request once. */
export function withValues(spec: HttpSpec, rewrite: (text: string) => string): HttpSpec {
  const { request } = spec;
  const target = rewrite(request.target);
  const headers = request.headers.map(([name, value]): Header =>
    FRAMING.has(name.toLowerCase()) ? [name, value] : [name, rewrite(value)],
  );
  const isCoded = headerTokens(request.headers, "content-encoding").some((coding) => coding !== "identity");
  const { length: size } = request.body;
  const text = isCoded || size === 0 || size > REWRITTEN_MOST ? undefined : exactText(request.body);
  const changed = text === undefined ? undefined : rewrite(text);
  const body = changed === undefined || changed === text ? request.body : textBytes(changed);
  const isSame = headers.every(([, value], at) => value === request.headers[at]?.[1]);
  if (target === request.target && isSame && body === request.body) return spec;
  const length = String(body.length);
  const framed = headers.map(([name, value]): Header =>
    name.toLowerCase() === "content-length" && !request.bodyUnsent ? [name, length] : [name, value],
  );
  return { ...spec, request: { ...request, target, headers: framed, headWire: null, body } };
}
