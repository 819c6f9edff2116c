/**
 * argv against the flags of one command. citty takes the words apart, but lets through what it does not know; so each
 * word is looked up here first, and what nobody defined is an error that names what was probably meant.
 */
import { type ArgsDef, parseArgs } from "citty";
import { UsageError } from "../core/errors.ts";
import { nearestName } from "../lib/text/nearest-name.ts";
import { type Command, commands } from "./commands.ts";
import { type Flag, type FlagKey, flagOf, type Given } from "./flags.ts";
import { parseValue } from "./values.ts";

/** What was typed after the command's name. */
export interface Typed {
  readonly given: Given;
  readonly positionals: readonly string[];
  readonly wantsHelp: boolean;
}

/** Letter case and dashes are free: `--apiTimeout` is `--api-timeout`. */
const plain = (name: string): string => name.toLowerCase().replaceAll("-", "");

const keyNamed = (command: Command, word: string, isShort: boolean): FlagKey | undefined =>
  command.flags.find((key) => {
    const flag = flagOf(key);
    return isShort ? flag.alias === word : plain(flag.name) === plain(word);
  });

const unknown = (command: Command, word: string): UsageError => {
  const name = word.replace(/^-+/, "");
  const typed = `reprise ${command.name}`;
  const elsewhere = commands.find((other) => keyNamed(other, name, name.length === 1) !== undefined);
  const near = nearestName(
    name,
    command.flags.map((key) => flagOf(key).name),
  );
  const hint =
    elsewhere !== undefined
      ? `${word} is a flag of \`reprise ${elsewhere.name}\`.`
      : near !== undefined
        ? `Did you mean --${near}?`
        : `\`${typed} --help\` lists its flags.`;
  return new UsageError("usage.flag", `\`${typed}\` has no flag ${word}.`, { hint });
};

interface Word {
  readonly key: FlagKey;
  /** As typed, for sentences. */
  readonly typed: string;
  readonly value: string | undefined;
}

/** `--name`, `--name=value`, `--no-name`, `-n`, `-n=value`, `-nvalue`. */
const readFlag = (command: Command, word: string): Word => {
  const isLong = word.startsWith("--");
  const body = word.slice(isLong ? 2 : 1);
  const equals = body.indexOf("=");
  const [name, value] = equals < 0 ? [body, undefined] : [body.slice(0, equals), body.slice(equals + 1)];
  const short = isLong ? undefined : keyNamed(command, name.slice(0, 1), true);
  if (short !== undefined) {
    const rest = name.length > 1 ? word.slice(2) : value;
    return { key: short, typed: word.slice(0, 2), value: rest };
  }
  const key = isLong ? keyNamed(command, name, false) : undefined;
  if (key !== undefined) return { key, typed: `--${flagOf(key).name}`, value };
  const negated = isLong && name.startsWith("no-") ? keyNamed(command, name.slice(3), false) : undefined;
  if (negated !== undefined && value === undefined && flagOf(negated).kind === "switch") {
    return { key: negated, typed: word, value: "false" };
  }
  throw unknown(command, equals < 0 ? word : word.slice(0, word.indexOf("=")));
};

const isFlagWord = (command: Command, word: string): boolean => {
  if (!word.startsWith("-") || word === "-") return false;
  try {
    return readFlag(command, word).key !== undefined;
  } catch {
    return false;
  }
};

const cittyArgs = (command: Command): ArgsDef =>
  Object.fromEntries(command.flags.map((key) => [flagOf(key).name, { type: "string", description: flagOf(key).says }]));

const surplus = (command: Command, positionals: readonly string[]): UsageError => {
  const [first] = positionals.slice(command.takes.length);
  const hint = command.flags.includes("command")
    ? `Put a command of several words in quotes: reprise ${command.name} -c "node app.js".`
    : `\`reprise ${command.name} --help\` shows what it takes.`;
  return new UsageError("usage.flag", `\`reprise ${command.name}\` does not take ${JSON.stringify(first)}.`, { hint });
};

/** The words after the command's name. */
export const readArgs = (command: Command, argv: readonly string[]): Typed => {
  const checked: string[] = [];
  const sources = new Map<Flag, string>();
  const positionals: string[] = [];
  let wantsHelp = false;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--") {
      positionals.push(...argv.slice(at + 1));
      break;
    }
    if (word === "-" || !word.startsWith("-")) {
      positionals.push(word);
      continue;
    }
    if (word === "--help" || word === "-h") {
      wantsHelp = true;
      continue;
    }
    const { key, typed, value } = readFlag(command, word);
    const flag = flagOf(key);
    let text = value ?? (flag.kind === "switch" ? "true" : undefined);
    if (text === undefined) {
      const next = argv[at + 1];
      if (next === undefined || next === "--" || isFlagWord(command, next)) {
        throw new UsageError("usage.flag", `${typed} lacks its value.`, {
          hint: `Write ${typed} ${flag.hint}: ${flag.says.toLowerCase()}.`,
        });
      }
      text = next;
      at++;
    }
    sources.set(flag, typed);
    const before = checked.findIndex((each) => flag.kind === "texts" && each.startsWith(`--${flag.name}=`));
    if (before >= 0) text = `${checked.splice(before, 1)[0]?.slice(flag.name.length + 3)};${text}`;
    checked.push(`--${flag.name}=${text}`);
  }
  if (positionals.length > command.takes.length && !wantsHelp) throw surplus(command, positionals);
  return { given: understand(command, checked, sources), positionals, wantsHelp };
};

const understand = (command: Command, checked: string[], sources: ReadonlyMap<Flag, string>): Given => {
  const texts = parseArgs(checked, cittyArgs(command)) as Readonly<Record<string, unknown>>;
  const given: Record<string, unknown> = {};
  for (const key of command.flags) {
    const flag = flagOf(key);
    const text = texts[flag.name];
    if (sources.has(flag) && typeof text === "string")
      given[key] = parseValue(flag, text, sources.get(flag) ?? flag.name);
  }
  return given as Given;
};
