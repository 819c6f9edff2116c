/**
 * Learning for a recorded set: plays it, stores what varies, and says so. Whatever goes wrong here, the recording stands
 * as it was; a Ctrl-C gives it up and keeps what is known by then.
 */
import { drivers, fallback, protocols } from "../protocols/index.ts";
import { EnvironmentError, FormatError } from "../core/errors.ts";
import { learn, type LearnedNoises, type LearnOptions } from "../replay/learn.ts";
import { type NoiseReport, printLearned, printRed, replayOf } from "../report/noise.ts";
import { protocolsByKind } from "../store/kinds.ts";
import type { NotedNoise } from "../store/edit-noise.ts";
import { saveNoise } from "../store/save-noise.ts";
import { openTestSet, type TestSet } from "../store/test-set-reader.ts";
import { ownerOf } from "../target/user.ts";
import { rulesOf } from "../core/learn-noise.ts";
import { conceal } from "../core/secrets/conceal.ts";
import { readUserRules } from "../core/secrets/user-rules.ts";
import type { Secret } from "../core/secrets/vault.ts";
import type { Call } from "./call.ts";
import { noiseOf } from "./noise-of.ts";
import type { Output } from "./output.ts";
import type { Progress } from "./progress.ts";

export interface DenoiseOptions {
  /** Of the test set. */
  readonly dir: string;
  readonly security: Pick<LearnOptions, "app" | "tls" | "surroundings">;
  readonly signal: AbortSignal;
}

/** What came of it; `null` where the app could not be played to at all. */
export const denoise = async (call: Call, { dir, security, signal }: DenoiseOptions): Promise<NoiseReport | null> => {
  const { output } = call;
  try {
    const testSet = openTestSet(dir, protocolsByKind([...protocols, fallback]), security.surroundings);
    const report = await learned(testSet, { ...replayOptions(call), ...security, signal }, call);
    tell(report, output);
    return report;
  } catch (error) {
    if (!(error instanceof EnvironmentError || error instanceof FormatError)) throw error;
    output.warn(`What varies could not be learned: ${error.message} The recording is saved as it is.`);
    return null;
  }
};

const replayOptions = (call: Call): Omit<LearnOptions, "app" | "tls" | "surroundings" | "signal"> => {
  const { settings } = call;
  return {
    protocols,
    fallback,
    drivers,
    passThroughPorts: settings.passThroughPorts,
    passThroughSockets: settings.passThroughSockets,
    host: settings.host,
    port: settings.port,
    apiTimeoutMs: settings.apiTimeoutMs,
    readyWithinMs: settings.delayMs,
    healthUrl: settings.healthUrl,
    time: settings.time,
    noise: noiseOf(call),
    ignoresOrder: settings.ignoreOrdering,
  };
};

const learned = async (
  testSet: TestSet,
  options: LearnOptions,
  { output, settings, file }: Call,
): Promise<NoiseReport> => {
  let progress: Progress | null = null;
  const { tests, mocks, playings, last, halt } = await learn(testSet, options, {
    playing: (number, count) => {
      output.debug(`playing ${testSet.name} to learn what varies, for the ${number}. time`);
      progress = output.progress(count, `replay ${number}, to learn what varies`);
    },
    test: (name, done, of) => {
      progress?.set(done, name);
      if (done === of) progress?.end();
    },
  });
  const { user } = options.app;
  const secrets = testSet.secrets.secrets();
  const [ofTests, ofMocks] = [withoutSecrets(tests, secrets), withoutSecrets(mocks, secrets)];
  saveNoise(testSet, { tests: noted(ofTests), mocks: noted(ofMocks) }, user === null ? null : ownerOf(user));
  const rules = readUserRules(file["secrets"], "secrets in reprise.yml");
  const report = {
    testSet: testSet.name,
    playings,
    learned: [...named("test", ofTests), ...named("mock", ofMocks)],
    replay: replayOf(last),
    ended: halt?.sentence ?? null,
  };
  return settings.redact ? conceal(report, { secrets, surroundings: options.surroundings, rules }) : report;
};

/** A secret that stays the same in a text of which other parts vary is no word of its pattern. */
const withoutSecrets = (noises: LearnedNoises, secrets: readonly Secret[]): LearnedNoises => {
  const values = secrets.map(({ value }) => value.replace(/[\\{]/g, "\\$&")).filter(({ length }) => length > 3);
  const bare = (matcher: string): string => values.reduce((text, value) => text.replaceAll(value, "{text}"), matcher);
  return new Map(
    [...noises].map(([name, each]) => [
      name,
      each.map((one) => ({ ...one, matcher: one.matcher === null ? null : bare(one.matcher) })),
    ]),
  );
};

const noted = (noises: LearnedNoises): Map<string, NotedNoise> =>
  new Map(
    [...noises].map(([name, each]) => [
      name,
      { rules: rulesOf(each), notes: Object.fromEntries(each.map(({ path, reason }) => [path, `learned: ${reason}`])) },
    ]),
  );

const named = (kind: "test" | "mock", noises: LearnedNoises): NoiseReport["learned"] =>
  [...noises].flatMap(([name, each]) => each.map((one) => ({ kind, name, ...one })));

const tell = (report: NoiseReport, output: Output): void => {
  const table = printLearned(report, output.paint);
  if (table !== "") output.say(table);
  const { replay, ended, testSet } = report;
  if (ended !== null) output.warn(`Learning what varies was ended: ${ended}`);
  if (replay === null) return;
  if (replay.isGreen) output.success(`${testSet} replays green: ${replay.passed} of ${replay.tests}`);
  else {
    output.warn(`${testSet} does not replay green: ${replay.passed} of ${replay.tests} tests pass.`);
    output.say(printRed(report));
  }
};
