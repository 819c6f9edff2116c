/**
 * Every flag as data: its name, what it takes, what it says in help, its default. Parsing, help, the environment and
 * `reprise config` all read this one table. Names are Keploy's wherever the meaning is the same.
 */

/**
 * What a flag takes. `list` and `ports` are separated by commas; `texts` by semicolons, or the flag is given again; a bare
 * number of a `duration` is seconds.
 */
export type FlagKind = "text" | "texts" | "list" | "ports" | "port" | "duration" | "switch" | "choice";

export interface Flag {
  /** As typed after `--`; the environment's and the file's names follow from it. */
  readonly name: string;
  readonly alias?: string;
  readonly kind: FlagKind;
  /** What stands for the value in help. */
  readonly hint: string;
  readonly says: string;
  /** As it would be typed; without one, not given is `null` (empty for lists). */
  readonly default?: string;
  readonly choices?: readonly string[];
  /** False for what makes sense for one call only. */
  readonly inFile: boolean;
}

/** The table. Keys are the members of `Settings`. */
export const flags = {
  command: {
    name: "command",
    alias: "c",
    kind: "text",
    hint: "CMD",
    inFile: true,
    says: "The command that starts the app",
  },
  path: {
    name: "path",
    alias: "p",
    kind: "text",
    hint: "DIR",
    inFile: true,
    default: ".",
    says: "Where the folder `reprise` with the recordings is or is to be",
  },
  configPath: {
    name: "config-path",
    kind: "text",
    hint: "DIR",
    inFile: false,
    says: "Where reprise.yml is (as --path)",
  },
  testSets: { name: "test-sets", alias: "t", kind: "list", hint: "A,B", inFile: true, says: "Only these test sets" },
  testCases: { name: "test-case", kind: "list", hint: "NAMES", inFile: false, says: "Only these tests" },
  host: { name: "host", kind: "text", hint: "HOST", inFile: true, default: "localhost", says: "Where the app listens" },
  port: { name: "port", kind: "port", hint: "N", inFile: true, says: "Drive this port instead of the recorded one" },
  apiTimeoutMs: {
    name: "api-timeout",
    kind: "duration",
    hint: "TIME",
    inFile: true,
    default: "30s",
    says: "The most that a test's answer may take",
  },
  delayMs: {
    name: "delay",
    alias: "d",
    kind: "duration",
    hint: "TIME",
    inFile: true,
    default: "60s",
    says: "The most that the app may take to listen; tests start as soon as it does",
  },
  healthUrl: {
    name: "health-url",
    kind: "text",
    hint: "URL",
    inFile: true,
    says: "Start only when this address answers with 2xx",
  },
  passThroughPorts: {
    name: "pass-through-ports",
    kind: "ports",
    hint: "N,N",
    inFile: true,
    says: "Leave connections to these ports alone",
  },
  passThroughSockets: {
    name: "pass-through-sockets",
    kind: "list",
    hint: "P,P",
    inFile: true,
    says: "Let connections to unix sockets at these paths (a folder: all in it) through",
  },
  trust: {
    name: "trust",
    kind: "texts",
    hint: "FILE",
    inFile: true,
    says: "A file of roots of the app's own; may be given again",
  },
  clientCert: {
    name: "client-cert",
    kind: "texts",
    hint: "HOST=CERT,KEY",
    inFile: true,
    says: "What a HOST that demands a client certificate is shown; may be given again",
  },
  keylog: {
    name: "keylog",
    kind: "text",
    hint: "FILE",
    inFile: true,
    says: "Append TLS session keys to this file, for Wireshark",
  },
  recordTimerMs: {
    name: "record-timer",
    kind: "duration",
    hint: "TIME",
    inFile: true,
    says: "End the recording after this long",
  },
  tapOnly: {
    name: "tap-only",
    kind: "switch",
    hint: "",
    inFile: true,
    default: "false",
    says: "Let every connection go its way and only listen; TLS is then not read",
  },
  proxyAll: {
    name: "proxy-all",
    kind: "switch",
    hint: "",
    inFile: true,
    default: "false",
    says: "Take every connection through the proxy, whatever was learned of its destination",
  },
  tlsCert: {
    name: "tls-cert",
    kind: "text",
    hint: "FILE",
    inFile: true,
    says: "The certificate (PEM) of a service that terminates TLS itself",
  },
  tlsKey: {
    name: "tls-key",
    kind: "text",
    hint: "FILE",
    inFile: true,
    says: "The key (PEM) of --tls-cert",
  },
  keepCapture: {
    name: "keep-capture",
    kind: "switch",
    hint: "",
    inFile: true,
    default: "false",
    says: "Keep the raw capture after it is decoded",
  },
  denoise: {
    name: "denoise",
    kind: "switch",
    hint: "",
    inFile: false,
    says: "Play what is recorded several times and learn which fields differ each time",
  },
  ignoreOrdering: {
    name: "ignore-ordering",
    kind: "switch",
    hint: "",
    inFile: true,
    default: "false",
    says: "The order of a list in an answer counts nowhere",
  },
  mongoPassword: {
    name: "mongo-password",
    kind: "text",
    hint: "PASSWORD",
    // Who writes it into a file that is committed has told everybody.
    inFile: false,
    says: "By which a Mongo server proves itself (SCRAM); else the app's environment has it",
  },
  redact: {
    name: "redact",
    kind: "switch",
    hint: "",
    inFile: true,
    default: "true",
    says: "Take secrets out of what is written",
  },
  strict: {
    name: "strict",
    kind: "switch",
    hint: "",
    inFile: true,
    default: "false",
    says: "A recorded mock left unused, or served for a merely similar request, fails its test",
  },
  time: {
    name: "time",
    kind: "choice",
    hint: "WHICH",
    inFile: true,
    default: "recorded",
    choices: ["recorded", "frozen", "real"],
    says: "What time the app lives in; frozen stands still",
  },
  format: {
    name: "format",
    kind: "choice",
    hint: "FORMAT",
    inFile: false,
    default: "text",
    choices: ["text", "json", "junit", "html"],
    says: "How to print the run",
  },
  force: { name: "force", kind: "switch", hint: "", inFile: false, default: "false", says: "Overwrite what is there" },
  json: {
    name: "json",
    kind: "switch",
    hint: "",
    inFile: false,
    default: "false",
    says: "One JSON document on stdout, everything else on stderr",
  },
  debug: { name: "debug", kind: "switch", hint: "", inFile: true, default: "false", says: "Say what is going on" },
} as const satisfies Readonly<Record<string, Flag>>;

export type FlagKey = keyof typeof flags;

type Scalar<F extends Flag> = F["kind"] extends "duration" | "port"
  ? number
  : F extends { choices: readonly (infer C)[] }
    ? C
    : string;

type ValueOf<F extends Flag> = F["kind"] extends "switch"
  ? F extends { default: string }
    ? boolean
    : boolean | null
  : F["kind"] extends "list" | "texts"
    ? readonly string[]
    : F["kind"] extends "ports"
      ? readonly number[]
      : F extends { default: string }
        ? Scalar<F>
        : Scalar<F> | null;

/** Every setting with its value. */
export type Settings = { readonly [K in FlagKey]: ValueOf<(typeof flags)[K]> };

/** Some settings, as one source gives them. */
export type Given = Partial<{ -readonly [K in FlagKey]: Settings[K] }>;

/** The keys, in the order in which help lists them. */
export const flagKeys = Object.keys(flags) as readonly FlagKey[];

/** The flag behind a key, with the members that it may lack. */
export const flagOf = (key: FlagKey): Flag => flags[key];

/** `pass-through-ports` as `REPRISE_PASS_THROUGH_PORTS`. */
export const variableOf = (flag: Flag): string => `REPRISE_${flag.name.toUpperCase().replaceAll("-", "_")}`;

/** `pass-through-ports` as `passThroughPorts`, its key in reprise.yml. */
export const fileKeyOf = (flag: Flag): string =>
  flag.name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
