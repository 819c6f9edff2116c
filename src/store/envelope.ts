/**
 * What stands around a spec in a file, in both directions: kind and name, when, where to, how often.
 * The spec itself is its protocol's business. Documents of other tools come through keploy.ts.
 */
import { FormatError } from "../core/errors.ts";
import type { Reuse } from "../core/exchange.ts";
import { type NoiseRules, readNoise } from "../core/noise.ts";
import type { Destination, Mock, TestCase } from "../core/test-case.ts";
import { readInstant, writeInstant } from "../lib/text/instant.ts";
import { encodeLeaves, type PutAsset } from "./leaves.ts";
import { keployMock, keployTest } from "./keploy.ts";
import { migrate, versionText } from "./migrate.ts";
import { type Fields, fieldsOf, fieldsOrNone, isFields, numberOr, textOr } from "../core/plain-data.ts";

/** A test case with its spec as the file holds it. */
export interface StoredTest {
  readonly from: "reprise" | "keploy";
  readonly kind: string;
  readonly spec: Fields;
  readonly port: number;
  readonly isTls: boolean;
  readonly noise: NoiseRules;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A mock with its spec as the file holds it. */
export interface StoredMock {
  readonly from: "reprise" | "keploy";
  readonly kind: string;
  readonly name: string;
  readonly spec: Fields;
  readonly destination: Destination | null;
  readonly connection: string;
  readonly reuse: Reuse;
  /** In which fields of its request the app may ask otherwise. */
  readonly noise: NoiseRules;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** What `Protocol.toYaml` gives. */
interface KindAndSpec {
  readonly kind: string;
  readonly spec: unknown;
}

const took = (from: number, to: number): number => Math.max(0, Math.round((to - from) * 1000) / 1000);

/** A test case as plain data for its file. */
export function writeTest(
  test: Omit<TestCase, "spec" | "protocol">,
  { kind, spec }: KindAndSpec,
  put: PutAsset,
): Fields {
  const rules = Object.entries(test.noise);
  const noise = rules.every(([, regexes]) => regexes.length === 0) ? rules.map(([path]) => path) : test.noise;
  return {
    version: versionText,
    kind,
    name: test.name,
    spec: {
      ...(encodeLeaves(spec, put) as Fields),
      assertions: { noise },
      created: Math.floor(test.startedAt / 1000),
      app_port: test.port,
      ...(test.isTls ? { app_tls: true } : {}),
    },
    at: writeInstant(test.startedAt),
    took: took(test.startedAt, test.endedAt),
  };
}

/**
 * A mock as plain data for its document. `took` comes last: a document that ends with it is whole, which is how a torn
 * one at the end of a file is told.
 */
export function writeMock(mock: Omit<Mock, "spec" | "protocol">, { kind, spec }: KindAndSpec, put: PutAsset): Fields {
  const { destination, connection, reuse } = mock;
  return {
    version: versionText,
    kind,
    name: mock.name,
    ...(destination === null ? {} : { destination: writtenDestination(destination) }),
    ...(connection === "" ? {} : { connection }),
    ...(reuse === "once" ? {} : { reuse }),
    spec: encodeLeaves(spec, put),
    at: writeInstant(mock.startedAt),
    took: took(mock.startedAt, mock.endedAt),
  };
}

/** Whether a mock's document is there to its end. */
export const isWhole = (text: string): boolean => /\ntook: [0-9.e+-]+\r?\n$/.test(text);

/** `where` names the file in errors. */
export function readTest(document: unknown, where: string): StoredTest {
  const { from, document: fields } = migrate(fieldsOf(document, where), where);
  const kind = kindOf(fields, where);
  const whole = fieldsOf(fields["spec"], `${where}: spec`);
  if (from === "keploy") return { from, kind, ...keployTest(whole, where) };
  const { assertions, created, app_port: port, app_tls: isTls, ...spec } = whole;
  const startedAt = instantOf(fields) ?? numberOr(created, 0) * 1000;
  return {
    from,
    kind,
    spec,
    port: numberOr(port, 80),
    isTls: isTls === true,
    noise: readNoise(fieldsOrNone(assertions)["noise"], `${where}: spec.assertions.noise`),
    startedAt,
    endedAt: startedAt + numberOr(fields["took"], 0),
  };
}

export function readMock(document: unknown, where: string): StoredMock {
  const { from, document: fields } = migrate(fieldsOf(document, where), where);
  const kind = kindOf(fields, where);
  const name = textOr(fields["name"], "");
  if (name === "") throw new FormatError("format.yaml", `A mock in ${where} has no name.`, where);
  const spec = fieldsOf(fields["spec"], `${where}: spec of ${name}`);
  const noise = mockNoise(fields["noise"], `${where}: noise of ${name}`);
  if (from === "keploy") return { from, kind, name, noise, ...keployMock(spec, fields) };
  const startedAt = instantOf(fields) ?? 0;
  return {
    from,
    kind,
    name,
    spec,
    destination: destinationOf(fields["destination"]),
    connection: textOr(fields["connection"], ""),
    reuse: fields["reuse"] === "repeat" ? "repeat" : "once",
    noise,
    startedAt,
    endedAt: startedAt + numberOr(fields["took"], 0),
  };
}

/** Keploy's has the paths in a list `req`; its expressions for hidden values are not about paths. */
function mockNoise(value: unknown, where: string): NoiseRules {
  if (isFields(value) && Array.isArray(value["req"])) return readNoise(value["req"], where);
  return isFields(value) && Array.isArray(value["value"]) ? {} : isFields(value) ? readNoise(value, where) : {};
}

const instantOf = (fields: Fields): number | undefined => readInstant(textOr(fields["at"], ""));

function kindOf(fields: Fields, where: string): string {
  const kind = textOr(fields["kind"], "");
  if (kind === "")
    throw new FormatError("format.yaml", `${where} does not say its kind.`, where, { hint: "Add `kind: Http`." });
  return kind;
}

/** `tls` stands only where it is so. */
const writtenDestination = ({ host, address, port, isTls }: Destination): Fields => ({
  host,
  address,
  port,
  ...(isTls ? { tls: true } : {}),
});

function destinationOf(value: unknown): Destination | null {
  if (!isFields(value)) return null;
  const host = textOr(value["host"], textOr(value["address"], ""));
  return {
    host,
    address: textOr(value["address"], host),
    port: numberOr(value["port"], 0),
    isTls: value["tls"] === true,
  };
}
