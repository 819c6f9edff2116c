/**
 * Where an app's response differs from the recorded one: `status`, `header.Name`, `body...`, `trailer.Name`.
 *
 * Not compared, since they frame the message rather than say anything: Transfer-Encoding, Connection, Keep-Alive,
 * Proxy-Connection, the reason phrase, the version. Content-Length counts only where both name one and the bodies are
 * equal; where the body differs it would report the same thing twice. Bodies are compared without their codings.
 */
import type { Difference } from "../../core/diff.ts";
import { enclosed } from "../../core/enclosing.ts";
import { diffJson } from "../../core/json-diff.ts";
import { diffLines } from "../../core/line-diff.ts";
import { equalBytes } from "../../lib/bytes/pieces.ts";
import { exactText } from "../../lib/bytes/text.ts";
import { formBody, jsonBody, plainBody } from "./canonical-body.ts";
import { diffEvents } from "./event-diff.ts";
import { isBodiless } from "./framing.ts";
import { canonicalName, mediaType } from "./headers.ts";
import { diffOpaque } from "./opaque-diff.ts";
import { diffPairs } from "./pairs-diff.ts";
import type { Header, HttpResponse, HttpSpec } from "./spec.ts";

const FRAMING = new Set(["transfer-encoding", "connection", "keep-alive", "proxy-connection"]);
const LENGTH = "content-length";

const byName = (headers: readonly Header[]): Map<string, string[]> => {
  const fields = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const field = fields.get(key);
    if (field) field.push(value);
    else fields.set(key, [value]);
  }
  return fields;
};

/** Values sent on several lines equal the same values on one line with commas, which is how other tools note them. */
const sameValues = (a: readonly string[], b: readonly string[]): boolean => {
  if (a.length === b.length) return a.every((value, index) => value === b[index]);
  const listed = (values: readonly string[]): string => values.join(",").replace(/\s*,\s*/g, ",");
  return listed(a) === listed(b);
};

const shown = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values);

/** A field that comes several times, as `Set-Cookie` does: each by its place. */
const diffValues = (path: string, want: readonly string[], got: readonly string[]): Difference[] =>
  want.flatMap((expected, at): Difference[] => {
    const actual = got[at];
    return expected === actual ? [] : [{ path: `${path}[${at}]`, expected, actual, change: "changed" }];
  });

const diffHeaders = (
  prefix: string,
  want: readonly Header[],
  got: readonly Header[],
  skip: ReadonlySet<string>,
): Difference[] => {
  const [left, right] = [byName(want), byName(got)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key): Difference[] => {
    if (skip.has(key)) return [];
    const [expected, actual] = [left.get(key), right.get(key)];
    const path = `${prefix}.${canonicalName(key)}`;
    if (!expected) return [{ path, actual: shown(actual ?? []), change: "added" }];
    if (!actual) return [{ path, expected: shown(expected), change: "missing" }];
    if (sameValues(expected, actual)) return [];
    if (expected.length > 1 && expected.length === actual.length) return diffValues(path, expected, actual);
    return [{ path, expected: shown(expected), actual: shown(actual), change: "changed" }];
  });
};

const diffBodies = (want: HttpResponse, got: HttpResponse): Difference[] => {
  const [expected, actual] = [plainBody(want), plainBody(got)];
  if (want.skippedSize !== null) {
    const same = want.skippedSize === actual.length;
    return same
      ? []
      : [{ path: "body", expected: `${want.skippedSize} bytes`, actual: `${actual.length} bytes`, change: "changed" }];
  }
  if (equalBytes(expected, actual)) return [];
  const [left, right] = [jsonBody(want), jsonBody(got)];
  if (left !== undefined && right !== undefined) return diffJson("body", left, right);
  const [before, after] = [exactText(expected), exactText(actual)];
  if (before === undefined || after === undefined) return diffOpaque("body", expected, actual);
  if (mediaType(want.headers) === "text/event-stream") return diffEvents("body", before, after);
  const [form, other] = [formBody(want), formBody(got)];
  if (form !== undefined && other !== undefined) return diffPairs("body", form, other);
  const lines = diffLines("body", before, after);
  if (lines !== null) return lines;
  const whole = { path: "body", expected: before, actual: after, around: null };
  return diffOpaque("body", expected, actual).map((difference) => enclosed(difference, whole));
};

/** What of a stream that the recording ended early is compared: as much as was recorded. */
const trimmed = (want: HttpResponse, got: HttpResponse): HttpResponse =>
  want.cut && got.body.length > want.body.length ? { ...got, body: got.body.subarray(0, want.body.length) } : got;

/** Every difference, before noise. */
export const compareResponses = (want: HttpSpec, got: HttpSpec): Difference[] => {
  const [expected, actual] = [want.response, trimmed(want.response, got.response)];
  const body = diffBodies(expected, actual);
  const bothLengths = [expected, actual].every(({ headers }) =>
    headers.some(([name]) => name.toLowerCase() === LENGTH),
  );
  const hasBody = !isBodiless(want.request.method, expected.status);
  const equalWire = body.length === 0 && (!hasBody || expected.body.length === actual.body.length);
  const skip = equalWire && (bothLengths || !hasBody) ? FRAMING : new Set([...FRAMING, LENGTH]);
  return [
    ...(expected.status === actual.status
      ? []
      : [{ path: "status", expected: expected.status, actual: actual.status, change: "changed" } as const]),
    ...diffHeaders("header", expected.headers, actual.headers, skip),
    ...body,
    ...diffHeaders("trailer", expected.trailers, actual.trailers, new Set()),
  ];
};
