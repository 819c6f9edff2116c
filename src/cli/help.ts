/** Help: for the whole program, and for each command. Made from the same tables as everything else. */
import { type Paint } from "../report/paint.ts";
import { type Command, commands, type Example } from "./commands.ts";
import { type Flag, flagOf } from "./flags.ts";

const columns = (rows: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
};

const section = (title: string, lines: readonly string[], paint: Paint): string[] =>
  lines.length === 0 ? [] : ["", paint.strong(title), ...lines];

const exampleLines = (examples: readonly Example[], paint: Paint): string[] =>
  examples.flatMap(({ line, does }) => [`  ${line}`, `      ${paint.faint(does)}`]);

const EXIT_CODES = [
  ["0", "every test passed"],
  ["1", "a test failed"],
  ["2", "wrong usage, or a broken file"],
  ["3", "the machine lacks something: see `reprise doctor`"],
  ["4", "the app failed: did not start, crashed, never listened"],
  ["130", "interrupted"],
] as const;

/** `reprise --help`. */
export const programHelp = (version: string, paint: Paint): string =>
  [
    `${paint.strong("reprise")} ${version}: records what a service does over the network, and replays it as tests.`,
    ...section("Usage", ["  reprise <command> [flags]"], paint),
    ...section(
      "Commands",
      columns(commands.map(({ name, aliases, summary }) => [[name, ...aliases].join(", "), summary])),
      paint,
    ),
    ...section(
      "Examples",
      exampleLines(commands.flatMap(({ examples }) => examples.slice(0, 1)).slice(0, 3), paint),
      paint,
    ),
    ...section("Exit codes", columns(EXIT_CODES), paint),
    "",
    "`reprise <command> --help` lists a command's flags. Each flag may also be set as REPRISE_<FLAG> in the environment",
    "or in reprise.yml (`reprise config` writes one).",
    "",
  ].join("\n");

const flagRow = (flag: Flag, isOn: boolean): [string, string] => {
  const negatable = flag.kind === "switch" && (isOn || flag.default === "true");
  const name = `--${negatable ? "no-" : ""}${flag.name}${flag.kind === "switch" ? "" : ` ${flag.hint}`}`;
  const says = negatable ? `Do not: ${flag.says.charAt(0).toLowerCase()}${flag.says.slice(1)}` : flag.says;
  const choices = flag.choices === undefined ? "" : `: ${flag.choices.join(", ")}`;
  const preset = flag.default === undefined || flag.kind === "switch" ? "" : ` (${flag.default})`;
  return [`${flag.alias === undefined ? "    " : `-${flag.alias}, `}${name}`, `${says}${choices}${preset}`];
};

/** `reprise record [flags]`. */
export const usageLine = (command: Command): string =>
  ["reprise", command.name, ...command.takes.map(({ name }) => `[${name}]`), "[flags]"].join(" ");

/** `reprise <command> --help`. */
export const commandHelp = (command: Command, paint: Paint): string =>
  [
    `${paint.strong(`reprise ${command.name}`)}: ${command.summary.charAt(0).toLowerCase()}${command.summary.slice(1)}.`,
    ...section("Usage", [`  ${usageLine(command)}`], paint),
    ...section(
      "Arguments",
      command.takes.length === 0 ? [] : columns(command.takes.map(({ name, says }) => [name, says])),
      paint,
    ),
    ...section(
      "Flags",
      columns([
        ...command.flags.map((key) => flagRow(flagOf(key), command.on?.includes(key) ?? false)),
        ["-h, --help", "Show this"],
      ]),
      paint,
    ),
    ...section("Examples", exampleLines(command.examples, paint), paint),
    ...(command.aliases.length === 0 ? [] : ["", `Also called: ${command.aliases.join(", ")}`]),
    "",
  ].join("\n");
