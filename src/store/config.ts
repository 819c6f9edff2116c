/**
 * A test set's config.yaml: how it was recorded and what was learned about it. It is written last, so a set without one
 * was cut short. People may edit the noise; the rest is for reading.
 */
import { type NoiseRules, readNoise } from "../core/noise.ts";
import { readInstant, writeInstant } from "../lib/text/instant.ts";
import { writeYaml } from "../lib/text/yaml-writer.ts";
import { migrate, versionText } from "./migrate.ts";
import { type Fields, fieldsOf, fieldsOrNone, listOf, numberOr, textOr } from "../core/plain-data.ts";

/** Connections that no protocol read, by where they went. */
export interface UnreadConnections {
  /** `host:port`. */
  readonly peer: string;
  readonly reason: string;
  readonly connections: number;
}

/** An address and port that the app calls. */
export interface LearnedPeer {
  readonly address: string;
  readonly port: number;
}

/** What a recording learned about whom the app calls. */
export interface Learned {
  /** Their clients speak clear text. */
  readonly clear: readonly LearnedPeer[];
  /** Their TLS is passed on unread; `serverName` is what the client asked for. */
  readonly blind: readonly (LearnedPeer & { readonly serverName: string | null; readonly reason: string })[];
}

export const NOTHING_LEARNED: Learned = { clear: [], blind: [] };

export interface TestSetConfig {
  /** As given to `record`; `null` where a tool does not say. */
  readonly command: string | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Versions of what recorded. */
  readonly reprise: string | null;
  readonly kernel: string | null;
  readonly noise: {
    /** For every test's response, beside the test's own rules. */
    readonly tests: NoiseRules;
    /** By `Protocol.name`: fields of requests that vary from run to run. */
    readonly mocks: Readonly<Record<string, NoiseRules>>;
  };
  readonly unread: readonly UnreadConnections[];
  /** The fixed ports on which the app listened, whether tests ask there or not: its parts talk over them too. */
  readonly listens: readonly number[];
  readonly learned: Learned;
  /** Ends on loopback that refused the app's connections, since nobody listened there; absent where there were none. */
  readonly refusing?: readonly LearnedPeer[];
  /** Values by the names that stand for them in the tests (core/template.ts); absent where there are none. */
  readonly template?: Readonly<Record<string, string>>;
}

/** What is assumed of a set that says nothing. */
export const EMPTY_CONFIG: TestSetConfig = {
  command: null,
  startedAt: null,
  endedAt: null,
  reprise: null,
  kernel: null,
  noise: { tests: {}, mocks: {} },
  unread: [],
  listens: [],
  learned: NOTHING_LEARNED,
};

export function writeConfig(config: TestSetConfig): string {
  const { command, startedAt, endedAt, reprise, kernel, noise, unread, listens, learned, refusing } = config;
  return writeYaml({
    version: versionText,
    kind: "TestSet",
    command: command ?? undefined,
    recorded: {
      from: instant(startedAt),
      to: instant(endedAt),
      reprise: reprise ?? undefined,
      kernel: kernel ?? undefined,
    },
    listens: [...listens],
    noise: { tests: noise.tests, mocks: noise.mocks },
    unread: unread.map((each) => ({ ...each })),
    refusing: refusing?.map(({ address, port }) => ({ address, port })),
    learned: {
      clear: learned.clear.map(({ address, port }) => ({ address, port })),
      blind: learned.blind.map(({ address, port, serverName, reason }) => ({
        address,
        port,
        serverName: serverName ?? undefined,
        reason,
      })),
    },
  });
}

const instant = (at: number | null): string | undefined => (at === null ? undefined : writeInstant(at));

/** `where` names the file in errors. Keploy's files have no version here. */
export function readConfig(document: unknown, where: string): TestSetConfig {
  const raw = fieldsOf(document ?? {}, where);
  if (raw["version"] === undefined)
    return { ...EMPTY_CONFIG, command: textOr(raw["appCommand"], null), ...templateOf(raw["template"]) };
  const fields = migrate(raw, where).document;
  const recorded = fieldsOrNone(fields["recorded"]);
  return {
    command: textOr(fields["command"], null),
    startedAt: readInstant(textOr(recorded["from"], "")) ?? null,
    endedAt: readInstant(textOr(recorded["to"], "")) ?? null,
    reprise: textOr(recorded["reprise"], null),
    kernel: textOr(recorded["kernel"], null),
    noise: noiseOf(fieldsOrNone(fields["noise"]), where),
    listens: listOf(fields["listens"]).filter((port): port is number => Number.isInteger(port)),
    learned: learnedOf(fieldsOrNone(fields["learned"])),
    ...refusingOf(fields["refusing"]),
    ...templateOf(fields["template"]),
    unread: listOf(fields["unread"]).map((each) => {
      const { peer, reason, connections } = fieldsOrNone(each) as {
        peer?: unknown;
        reason?: unknown;
        connections?: unknown;
      };
      return { peer: textOr(peer, ""), reason: textOr(reason, ""), connections: numberOr(connections, 1) };
    }),
  };
}

function templateOf(value: unknown): Pick<TestSetConfig, "template"> {
  const entries = Object.entries(fieldsOrNone(value)).map(([name, each]) => [name, textOr(each, "")] as const);
  return entries.length === 0 ? {} : { template: Object.fromEntries(entries) };
}

function refusingOf(value: unknown): Pick<TestSetConfig, "refusing"> {
  const refusing = peersOf(value).map(({ address, port }) => ({ address, port }));
  return refusing.length === 0 ? {} : { refusing };
}

const learnedOf = (fields: Fields): Learned => ({
  clear: peersOf(fields["clear"]).map(({ address, port }) => ({ address, port })),
  blind: peersOf(fields["blind"]).map(({ entry, address, port }) => ({
    address,
    port,
    serverName: textOr(entry["serverName"], null),
    reason: textOr(entry["reason"], ""),
  })),
});

const peersOf = (value: unknown) =>
  listOf(value).flatMap((each) => {
    const entry = fieldsOrNone(each);
    const address = textOr(entry["address"], "");
    const port = numberOr(entry["port"], 0);
    return address === "" || port === 0 ? [] : [{ entry, address, port }];
  });

const noiseOf = (fields: Fields, where: string): TestSetConfig["noise"] => ({
  tests: readNoise(fields["tests"], `${where}: noise.tests`),
  mocks: readMockNoise(fieldsOrNone(fields["mocks"]), `${where}: noise`),
});

/** By protocol, as under `noise.mocks`. */
export function readMockNoise(fields: Fields, where: string): Readonly<Record<string, NoiseRules>> {
  const entries = Object.entries(fields).map(([protocol, rules]) => [
    protocol,
    readNoise(rules, `${where}.mocks.${protocol}`),
  ]);
  return Object.fromEntries(entries) as Record<string, NoiseRules>;
}
