/**
 * What differs around a spec where Keploy recorded (api.keploy.io/v1beta1 and v1beta2): instants within the spec, noise
 * as a list or a map, large request bodies beside the file. Specs go to their protocols, which know its spellings.
 */
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FormatError } from "../core/errors.ts";
import { readNoise } from "../core/noise.ts";
import { readInstant } from "../lib/text/instant.ts";
import type { StoredMock, StoredTest } from "./envelope.ts";
import { type Fields, fieldsOrNone, isFields, numberOr, textOr } from "../core/plain-data.ts";

/** A test case; `file` may have its large body in the assets of its set. */
export function keployTest(whole: Fields, file: string): Omit<StoredTest, "from" | "kind"> {
  const { assertions, created, app_port: port, objects: _objects, ...rest } = whole;
  const seconds = numberOr(created, 0) * 1000;
  const startedAt = requestAt(whole) ?? seconds;
  const noise = fieldsOrNone(assertions)["noise"] ?? whole["noise"];
  const { url } = fieldsOrNone(whole["req"]);
  return {
    spec: withBody(rest, file),
    port: numberOr(port, 0) || portOf(url),
    isTls: textOr(url, "").startsWith("https:"),
    noise: readNoise(noise, `${file}: spec.assertions.noise`),
    startedAt,
    endedAt: Math.max(startedAt, responseAt(whole) ?? startedAt),
  };
}

/** A mock; those of set-up and name look-ups answer again and again there. */
export function keployMock(whole: Fields, envelope: Fields): Omit<StoredMock, "from" | "kind" | "name" | "noise"> {
  const { assertions: _assertions, created, objects: _objects, ...spec } = whole;
  const startedAt = requestAt(whole) ?? numberOr(created, 0) * 1000;
  const metadata = fieldsOrNone(whole["metadata"]);
  return {
    spec,
    destination: null,
    connection: textOr(envelope["connectionId"], textOr(metadata["connID"], "")),
    reuse: metadata["type"] === "config" ? "repeat" : "once",
    startedAt,
    endedAt: Math.max(startedAt, responseAt(whole) ?? startedAt),
  };
}

const REQUESTS = ["req", "grpcReq"];
const RESPONSES = ["resp", "grpcResp"];

const requestAt = (spec: Fields): number | undefined =>
  firstInstant([
    spec["reqTimestampMock"],
    spec["reqtimestampmock"],
    ...REQUESTS.map((name) => fieldsOrNone(spec[name])["timestamp"]),
  ]);

const responseAt = (spec: Fields): number | undefined =>
  firstInstant([
    spec["resTimestampMock"],
    spec["restimestampmock"],
    ...RESPONSES.map((name) => fieldsOrNone(spec[name])["timestamp"]),
  ]);

/** Go writes its zero time for what it does not know. */
function firstInstant(values: readonly unknown[]): number | undefined {
  for (const value of values) {
    const at = readInstant(textOr(value, ""));
    if (at !== undefined && at > 0) return at;
  }
  return undefined;
}

function portOf(url: unknown): number {
  const parsed = URL.parse(textOr(url, ""));
  if (parsed === null) return 80;
  return parsed.port === "" ? (parsed.protocol === "https:" ? 443 : 80) : Number(parsed.port);
}

function withBody(spec: Fields, file: string): Fields {
  const request = spec["req"];
  if (!isFields(request)) return spec;
  if (!isFields(request["body_ref"])) return { ...spec, req: withFiles(request, file) };
  const { body_ref: reference, ...rest } = request;
  return { ...spec, req: { ...rest, body: assetAt(textOr(fieldsOrNone(reference)["path"], ""), file) } };
}

/** The parts of a form that stand in files, with what is in them. */
function withFiles(request: Fields, file: string): Fields {
  const { form } = request;
  if (!Array.isArray(form)) return request;
  const whole = form.map((field: unknown) => {
    const paths: unknown = isFields(field) ? field["paths"] : undefined;
    if (!isFields(field) || !Array.isArray(paths)) return field;
    const { paths: _paths, ...rest } = field;
    return { ...rest, files: paths.map((path) => ({ name: basename(textOr(path, "")), content: assetAt(textOr(path, ""), file) })) }; // prettier-ignore
  });
  return { ...request, form: whole };
}

/** Named relative to the test set in some files, to the folder above in others. */
function assetAt(named: string, file: string): Uint8Array {
  const testSet = dirname(dirname(file));
  for (const path of [join(testSet, named), join(dirname(testSet), named)]) {
    try {
      return new Uint8Array(readFileSync(path));
    } catch {
      // The other place is left.
    }
  }
  throw new FormatError("format.yaml", `The body of ${file} is not at ${named}.`, file);
}
