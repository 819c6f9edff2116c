/** `reprise record`: runs the app, listens, and writes what passed as tests and mocks. */
import { release } from "node:os";
import { join, resolve } from "node:path";
import { requirePrivilege } from "../../capture/privilege.ts";
import { UsageError } from "../../core/errors.ts";
import { readUserRules } from "../../core/secrets/user-rules.ts";
import { fallback, knownSockets, protocols } from "../../protocols/index.ts";
import { record, type RecordEvents, type RecordOutcome } from "../../record/record.ts";
import { ROOT } from "../../store/layout.ts";
import { recordedSpan } from "../../store/recorded-span.ts";
import type { App } from "../../target/native.ts";
import { surroundingsOf } from "../../target/surroundings.ts";
import { appOf } from "../app.ts";
import type { Call } from "../call.ts";
import { counted } from "../counted.ts";
import { denoise, type DenoiseOptions } from "../denoise.ts";
import { ExitCode } from "../exit-code.ts";
import type { Settings } from "../flags.ts";
import { interruption } from "../interruption.ts";
import type { Output } from "../output.ts";
import type { Progress } from "../progress.ts";
import { recoverCaptures } from "../recover.ts";
import { redactedLine } from "../redacted-line.ts";
import { openSecurity } from "../security.ts";
import { serviceOf } from "../own-tls.ts";
import { startDecoder } from "../start-decoder.ts";

const MEGABYTE = 1 << 20;

/** Ends on Ctrl-C, with the timer, or with the app; what was recorded is saved in any case. */
export const run = async (call: Call): Promise<number> => {
  const { settings, output, world } = call;
  const app = appOf(call);
  const service = serviceOf(settings, world.cwd);
  readUserRules(call.file["secrets"], "secrets in reprise.yml");
  requirePrivilege();
  const root = join(resolve(world.cwd, settings.path), ROOT);
  const { signal, next, isFromTerminal } = interruption();
  await recoverCaptures(call, root);
  const timer = settings.recordTimerMs === null ? [] : [AbortSignal.timeout(settings.recordTimerMs)];
  const proxied = proxiedOf(settings);
  // What is only listened to is nobody's to answer, and its app sees the host as it is.
  const security =
    proxied === "none" ? null : await openSecurity(call, app, { purpose: "record", instants: [Date.now()] });
  const outcome = await record(
    {
      app: security?.app ?? { files: [], ...app },
      root,
      startDecoder,
      protocols,
      fallback,
      proxied,
      tls: security?.tls ?? null,
      service: service === null ? null : { ...service, keyLog: security?.tls.keyLog ?? null },
      retriesBlind: settings.trust.length > 0 || settings.clientCert.length > 0,
      surroundings:
        security?.surroundings ?? surroundingsOf({ ...app, home: app.user?.home ?? app.env["HOME"] ?? null }),
      secrets: settings.redact ? { rules: call.file["secrets"] ?? null } : null,
      passThroughPorts: settings.passThroughPorts,
      passThroughSockets: settings.passThroughSockets,
      knownSockets,
      stop: AbortSignal.any([signal, ...timer]),
      isInterruptedByTerminal: isFromTerminal,
      keepCapture: settings.keepCapture,
      versions: { reprise: world.version, kernel: release() },
    },
    tell(output),
  );
  security?.close();
  conclude(outcome, call);
  const { exit } = outcome;
  const hasFailed = exit !== null && exit.code !== 0;
  const isLearning = outcome.tests > 0 && !hasFailed && (settings.denoise ?? true);
  const noise = isLearning ? await learnNoise(call, app, { dir: outcome.dir, signal: next() }) : null;
  suggest(outcome, call);
  output.document({ ...outcome, noise });
  return hasFailed ? ExitCode.app : ExitCode.ok;
};

const proxiedOf = ({ tapOnly, proxyAll }: Settings): "unknown" | "all" | "none" => {
  if (tapOnly && proxyAll) {
    throw new UsageError("usage.flag", "--tap-only and --proxy-all ask for opposite things.", {
      hint: "Leave both away: connections that may be TLS then pass through the proxy.",
    });
  }
  if (tapOnly) return "none";
  return proxyAll ? "all" : "unknown";
};

const tell = (output: Output): RecordEvents => {
  let progress: Progress | null = null;
  return {
    started: (testSet) => output.say(`Recording into ${testSet}. Use the app, then press Ctrl-C.`),
    listening: (port) => output.say(`The app listens on port ${port}.`),
    recorded: (tests) => {
      const { good, faint } = output.paint;
      output.say(tests.map(({ name, summary }) => `${good("●")} ${name}  ${faint(summary)}`).join("\n"));
    },
    decoding: (done, of) => {
      progress ??= output.progress(Math.ceil(of / MEGABYTE), "MB decoded");
      progress.set(Math.floor(done / MEGABYTE));
      if (done === of) progress.end();
    },
  };
};

/** Its dependencies are answered from the recording, so its TLS is ours in every case. */
const learnNoise = async (call: Call, app: App, options: Pick<DenoiseOptions, "dir" | "signal">) => {
  call.output.say("Playing it again, to learn what differs each time (Ctrl-C ends that; --no-denoise leaves it out).");
  const instants = [Date.now(), ...recordedSpan(options.dir)];
  const security = await openSecurity(call, app, { purpose: "test", instants });
  try {
    return await denoise(call, { ...options, security });
  } finally {
    security.close();
  }
};

const conclude = (outcome: RecordOutcome, { output, settings }: Call): void => {
  const { testSet, tests, mocks, exit } = outcome;
  for (const { peer, reason, connections } of outcome.unread) {
    output.warn(`${counted(connections, "connection")} to ${peer} not recorded: ${reason}.`);
  }
  if (settings.tapOnly && outcome.unread.some(({ reason }) => reason.startsWith("TLS"))) {
    output.say("With --tap-only Reprise listens and nothing more; without it, TLS that the app opens is read.");
  }
  const lost = Object.entries(outcome.drops).filter(([, count]) => count > 0);
  if (lost.length > 0) {
    const causes = lost.map(([cause, count]) => `${cause}: ${count}`).join(", ");
    output.warn(`The capture lost pieces of traffic (${causes}); exchanges that they belong to are left out.`);
  }
  if (exit !== null && exit.code !== 0) {
    output.error(
      `The app ended by itself with ${exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`}.`,
    );
  }
  if (outcome.capture !== null) {
    output.say(`The capture is kept at ${outcome.capture}. It holds everything as it passed, secrets too.`);
  }
  if (testSet === null) output.warn("Nothing passed that could be recorded, so nothing was saved.");
  else {
    output.success(`${testSet}: ${counted(tests, "test")}, ${counted(mocks, "mock")} in ${outcome.dir}`);
    const taken = redactedLine(outcome.redacted, outcome.dir);
    if (taken !== null) output.say(taken);
  }
};

const suggest = ({ testSet, tests }: RecordOutcome, { output, settings }: Call): void => {
  if (testSet === null) return;
  if (tests > 0) output.say(`Next: sudo reprise test -c ${JSON.stringify(settings.command)}`);
  else output.warn("The app was asked nothing that can be played to it again, so there is no test to run.");
};
