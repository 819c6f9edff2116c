/** `reprise test`: plays the recorded tests to the app, every dependency answered from its recording, and reports. */
import { join, resolve } from "node:path";
import { requirePrivilege } from "../../capture/privilege.ts";
import { UsageError } from "../../core/errors.ts";
import type { TestResult } from "../../core/run-result.ts";
import { conceal } from "../../core/secrets/conceal.ts";
import { readUserRules } from "../../core/secrets/user-rules.ts";
import type { Secret } from "../../core/secrets/vault.ts";
import { drivers, fallback, protocols } from "../../protocols/index.ts";
import { runTestSets } from "../../replay/run.ts";
import type { ReplayEvents } from "../../replay/run-test-set.ts";
import { summaryLine, printText } from "../../report/text.ts";
import { writeRun } from "../../report/write.ts";
import { chooseByTests, chooseTestSets, findTestSets } from "../../store/find-test-sets.ts";
import { protocolsByKind } from "../../store/kinds.ts";
import { ROOT } from "../../store/layout.ts";
import { recordedSpan } from "../../store/recorded-span.ts";
import { openTestSet } from "../../store/test-set-reader.ts";
import { ownerOf } from "../../target/user.ts";
import { appOf } from "../app.ts";
import type { Call } from "../call.ts";
import { denoise } from "../denoise.ts";
import { ExitCode } from "../exit-code.ts";
import { interruption } from "../interruption.ts";
import { noiseOf } from "../noise-of.ts";
import type { Output } from "../output.ts";
import { recoverCaptures } from "../recover.ts";
import { openSecurity } from "../security.ts";

/** Exit codes as in design 1; an interrupted run reports what it has. */
export const run = async (call: Call): Promise<number> => {
  const { settings, output, world } = call;
  const app = appOf(call);
  requirePrivilege();
  const path = resolve(world.cwd, settings.path);
  const { signal } = interruption();
  await recoverCaptures(call, join(path, ROOT));
  const recordings = findTestSets(path);
  const chosen = chooseTestSets(recordings, settings.testSets.length === 0 ? null : settings.testSets);
  if (chosen.length === 0) {
    throw new UsageError("usage.path", `There are no recordings in ${recordings.root}.`, {
      hint: `Record some: sudo reprise record -c ${JSON.stringify(app.command)}`,
    });
  }
  const kinds = protocolsByKind([...protocols, fallback]);
  const playable = chooseByTests(recordings.root, chosen, settings.testCases);
  const secretRules = readUserRules(call.file["secrets"], "secrets in reprise.yml");
  const secrets: Secret[] = [];
  const open = (name: string) => {
    const testSet = openTestSet(join(recordings.root, name), kinds, security.surroundings);
    secrets.push(...testSet.secrets.secrets());
    return testSet;
  };
  const testSets = playable.map((name) => () => open(name));
  const instants = [Date.now(), ...playable.flatMap((name) => recordedSpan(join(recordings.root, name)))];
  const security = await openSecurity(call, app, { purpose: "test", instants });
  if (settings.denoise === true) {
    for (const name of playable) {
      if (signal.aborted) break;
      await denoise(call, { dir: join(recordings.root, name), security, signal });
    }
  }
  const { result, halt } = await runTestSets(
    testSets,
    {
      app: security.app,
      tls: security.tls,
      surroundings: security.surroundings,
      protocols,
      fallback,
      drivers,
      passThroughPorts: settings.passThroughPorts,
      passThroughSockets: settings.passThroughSockets,
      testCases: settings.testCases.length === 0 ? null : settings.testCases,
      host: settings.host,
      port: settings.port,
      apiTimeoutMs: settings.apiTimeoutMs,
      readyWithinMs: settings.delayMs,
      healthUrl: settings.healthUrl,
      strict: settings.strict,
      time: settings.time,
      noise: noiseOf(call),
      ignoresOrder: settings.ignoreOrdering,
      clockOffsetMs: 0,
      lessons: null,
      signal,
    },
    events(output),
  );
  security.close();
  const shown = settings.redact
    ? conceal(result, { secrets, surroundings: security.surroundings, rules: secretRules })
    : result;
  const { run: finished, folder } = writeRun(
    join(recordings.root, "reports"),
    shown,
    app.user === null ? null : ownerOf(app.user),
  );
  output.say(printText(finished, output.paint));
  output.say(`The report: ${join(folder, "index.html")}`);
  output.document(finished);
  if (halt?.kind === "interrupted") return ExitCode.interrupted;
  if (halt?.kind === "app") return ExitCode.app;
  output.debug(summaryLine(finished));
  return finished.verdict === "passed" ? ExitCode.ok : ExitCode.failed;
};

const events = (output: Output): ReplayEvents => {
  let progress: ReturnType<Output["progress"]> | null = null;
  return {
    testSet(name, tests) {
      progress?.end();
      progress = output.progress(tests, name);
    },
    ready: (afterMs) => output.debug(`the app was ready after ${afterMs.toFixed(0)} ms`),
    test(result: TestResult, done, of) {
      progress?.set(done, result.name);
      if (done === of) progress?.end();
      output.debug(`${result.status} ${result.name} (${result.durationMs} ms)`);
    },
  };
};
