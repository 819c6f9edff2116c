/**
 * The commands: what each is called, takes and says, and where its code is.
 *
 * The code is loaded when the command runs and not before, so that help and wrong flags cost nothing. A command is an
 * entry here and a file in `commands/` that exports `run`.
 */
import { type Call } from "./call.ts";
import { type FlagKey } from "./flags.ts";

/** What a file in `commands/` exports. Resolves with the exit code. */
export interface CommandModule {
  run(call: Call): Promise<number>;
}

export interface Example {
  readonly line: string;
  readonly does: string;
}

export interface Command {
  readonly name: string;
  /** Other words for it. */
  readonly aliases: readonly string[];
  readonly summary: string;
  /** What may stand after the flags, in order. */
  readonly takes: readonly { readonly name: string; readonly says: string }[];
  readonly flags: readonly FlagKey[];
  /** Switches that are on unless turned off, though no default says so: they are off elsewhere. */
  readonly on?: readonly FlagKey[];
  readonly examples: readonly Example[];
  load(): Promise<CommandModule>;
}

const common = ["path", "configPath", "json", "debug"] as const satisfies readonly FlagKey[];

/** In the order in which help lists them. */
export const commands: readonly Command[] = [
  {
    name: "record",
    aliases: [],
    summary: "Run the app; what it is asked and what it calls become tests and mocks",
    takes: [],
    flags: [
      "command",
      "recordTimerMs",
      "passThroughPorts",
      "passThroughSockets",
      "tapOnly",
      "proxyAll",
      "trust",
      "clientCert",
      "keylog",
      "tlsCert",
      "tlsKey",
      "keepCapture",
      "redact",
      "denoise",
      "delayMs",
      ...common,
    ],
    on: ["denoise"],
    examples: [
      { line: 'sudo reprise record -c "./shop"', does: "Use the app, then press Ctrl-C" },
      { line: 'sudo reprise record -c "npm start" --record-timer 30s', does: "End by itself after half a minute" },
      { line: 'sudo reprise record -c "./shop" --no-denoise', does: "Do not play it again to learn what varies" },
    ],
    load: () => import("./commands/record.ts"),
  },
  {
    name: "test",
    aliases: ["replay"],
    summary: "Run the app against its recording and compare; nothing that it calls need be there",
    takes: [],
    flags: [
      "command",
      "testSets",
      "testCases",
      "host",
      "port",
      "apiTimeoutMs",
      "delayMs",
      "healthUrl",
      "passThroughPorts",
      "passThroughSockets",
      "trust",
      "clientCert",
      "keylog",
      "mongoPassword",
      "denoise",
      "ignoreOrdering",
      "strict",
      "redact",
      "time",
      ...common,
    ],
    examples: [
      { line: 'sudo reprise test -c "./shop"', does: "Every test of every set" },
      { line: 'sudo reprise test -c "./shop" -t test-set-0 --test-case get-users-1', does: "One test" },
      { line: 'sudo reprise test -c "./shop" --denoise', does: "Learn first which fields differ each time" },
      {
        line: 'sudo reprise test -c "java -jar shop.jar" --delay 2m --json > run.json',
        does: "A slow starter, read by a program",
      },
      {
        line: 'sudo reprise test -c "./shop" --time frozen',
        does: "The clock shows each test's very instant; `real` for apps that debuggers trace",
      },
    ],
    load: () => import("./commands/test.ts"),
  },
  {
    name: "report",
    aliases: [],
    summary: "Print the last run, or a named one",
    takes: [{ name: "RUN", says: "Its name, as test-run-3; the newest if none is given" }],
    flags: ["format", ...common],
    examples: [
      { line: "reprise report", does: "What failed in the last run" },
      { line: "reprise report test-run-3 --format junit > junit.xml", does: "For a CI server" },
      { line: "reprise report --format html > run.html", does: "One page, to be sent around" },
    ],
    load: () => import("./commands/report.ts"),
  },
  {
    name: "sanitize",
    aliases: [],
    summary: "Take the secrets out of recordings that have some in them",
    takes: [],
    flags: ["testSets", "command", ...common],
    examples: [
      { line: "reprise sanitize", does: "Every test set of ./reprise, or of ./keploy; values go to secret.yaml" },
      { line: "reprise sanitize -t test-set-0", does: "One of them" },
    ],
    load: () => import("./commands/sanitize.ts"),
  },
  {
    name: "templatize",
    aliases: [],
    summary: "Give names to the ids and tokens that recorded answers hand out and later requests carry",
    takes: [],
    flags: ["testSets", ...common],
    examples: [
      { line: "reprise templatize", does: "Every set; tests then say {{string .token}}, config.yaml keeps the values" },
      { line: "reprise templatize -t test-set-0", does: "One set" },
    ],
    load: () => import("./commands/templatize.ts"),
  },
  {
    name: "doctor",
    aliases: [],
    summary: "Say what this machine lacks, each with the line that mends it",
    takes: [],
    flags: ["json", "debug"],
    examples: [{ line: "sudo reprise doctor", does: "Exit code 3 if something needed is missing" }],
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "config",
    aliases: [],
    summary: "Write a reprise.yml with every setting and a word on each",
    takes: [],
    flags: ["force", ...common],
    examples: [{ line: "reprise config", does: "Into this folder; --force overwrites" }],
    load: () => import("./commands/config.ts"),
  },
];

/** By name or alias. */
export const findCommand = (word: string): Command | undefined =>
  commands.find((command) => command.name === word || command.aliases.includes(word));
