import { expect, test } from "bun:test";
import { authorizationSpans, cookieSpans, setCookieSpans } from "../../../src/core/secrets/header-values.ts";
import type { Span } from "../../../src/core/secrets/span.ts";

const shown = (text: string, spans: readonly Span[]) => spans.map(({ from, to, kind }) => [kind, text.slice(from, to)]);
const authorization = (text: string) => shown(text, authorizationSpans(text));

test("credentials behind their scheme", () => {
  expect(authorization("Bearer abc.def")).toEqual([["authorization", "abc.def"]]);
  expect(authorization("Basic YTpi")).toEqual([["basic-auth", "YTpi"]]);
  expect(authorization("opaque-word")).toEqual([["authorization", "opaque-word"]]);
  expect(authorization("token  abc==")).toEqual([["authorization", "abc=="]]);
  expect(authorization("Bearer null")).toEqual([]);
});

test("proofs among parameters, public ones left", () => {
  expect(authorization('Digest username="ann", realm="r", nonce="n1", uri="/", response="0123abcd"')).toEqual([
    ["authorization-response", "0123abcd"],
  ]);
  const aws =
    "AWS4-HMAC-SHA256 Credential=KEYID/20260101/eu/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=ff00aa";
  expect(authorization(aws)).toEqual([
    ["authorization-Credential", "KEYID"],
    ["authorization-Signature", "ff00aa"],
  ]);
  expect(authorization('Hawk id=\\"dh37\\", mac=\\"m4c\\"')).toEqual([["authorization-mac", "m4c"]]);
});

test("cookies one by one; words, locales, switches and small numbers stay", () => {
  const cookies = "theme=dark; lang=en-GB; tz=Europe/Berlin; consent=true; n=12; sid=12; session=aBc; x=k3J9xQ7m; e=";
  expect(shown(cookies, cookieSpans(cookies))).toEqual([
    ["cookie-sid", "12"],
    ["cookie-session", "aBc"],
    ["cookie-x", "k3J9xQ7m"],
  ]);
  const set = 'sid="a1b2"; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT; HttpOnly';
  expect(shown(set, setCookieSpans(set))).toEqual([["cookie-sid", "a1b2"]]);
  expect(setCookieSpans("theme=dark; Path=/")).toEqual([]);
});
