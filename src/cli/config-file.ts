/**
 * `reprise.yml`: found, read, its keys checked; and written, with every setting and a word on each.
 *
 * No file is no error. A key that nobody knows is one, with its line, since a setting that is silently ignored is worse
 * than none.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { EnvironmentError, UsageError } from "../core/errors.ts";
import { nearestName } from "../lib/text/nearest-name.ts";
import { readYaml, wholeFile } from "../store/read-yaml.ts";
import { type Flag, fileKeyOf, flagKeys, flagOf } from "./flags.ts";

/** What the file says, and where it is (or would be). */
export interface ConfigFile {
  readonly path: string;
  readonly isThere: boolean;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Keys that are no flags: noise of every test, by path; secrets of the user's own, and what is none. */
const OTHER_KEYS = ["noise", "secrets"] as const;

const fileFlags = (): Flag[] => flagKeys.map(flagOf).filter((flag) => flag.inFile);

/** `place` is a folder, or the file itself. */
export const configPathOf = (place: string): string =>
  /\.ya?ml$/.test(place) && !(existsSync(place) && statSync(place).isDirectory()) ? place : join(place, "reprise.yml");

const lineOf = (text: string, key: string): number =>
  text.split("\n").findIndex((line) => line.replace(/^["']/, "").startsWith(key)) + 1;

const checkKeys = (values: object, text: string, path: string): void => {
  const known: readonly string[] = [...fileFlags().map(fileKeyOf), ...OTHER_KEYS];
  for (const key of Object.keys(values)) {
    if (known.includes(key)) continue;
    const near = nearestName(key, known);
    const hint =
      near === undefined ? "`reprise config --force` writes a file with every key." : `Did you mean ${near}?`;
    throw new UsageError("usage.config", `${path}:${lineOf(text, key)}: there is no setting ${key}.`, { hint });
  }
};

/** Two lines for one setting: the file would not do what the first one says. */
const checkOnce = (text: string, path: string): void => {
  const lines = new LineCounter();
  const again = parseDocument(text, { lineCounter: lines }).errors.find(({ code }) => code === "DUPLICATE_KEY");
  if (again === undefined) return;
  const { line } = lines.linePos(again.pos[0]);
  throw new UsageError("usage.config", `${path}:${line}: this setting stands there twice.`, {
    hint: "Keep one of the two lines.",
  });
};

/** That a place which the user named holds a file: settings that are looked for elsewhere would be left out unseen. */
export const checkNamed = ({ path, isThere }: ConfigFile): void => {
  if (isThere) return;
  throw new UsageError("usage.config", `There is no ${path}.`, {
    hint: "--config-path names the folder of reprise.yml, or the file; `reprise config` writes one.",
  });
};

/** Reads it; empty values if there is none. */
export const readConfigFile = (place: string): ConfigFile => {
  const path = configPathOf(place);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return { path, isThere: false, values: {} };
    throw new EnvironmentError("environment.file", `${path} cannot be read: ${code}.`, {
      hint: "Make it readable, or move it away.",
      cause,
    });
  }
  const values = readYaml(text, wholeFile(path)) ?? {};
  if (typeof values !== "object" || Array.isArray(values)) {
    throw new UsageError("usage.config", `${path} is not a list of settings with their values.`, {
      hint: "Write lines like `command: ./shop`; `reprise config --force` writes an example.",
    });
  }
  checkKeys(values, text, path);
  checkOnce(text, path);
  return { path, isThere: true, values: values as Readonly<Record<string, unknown>> };
};

const exampleOf = (flag: Flag): string => {
  if (flag.kind === "list" || flag.kind === "texts" || flag.kind === "ports") return "[]";
  return flag.default ?? "null";
};

const HEAD = `# Settings of Reprise for this project. A flag on the command line or a REPRISE_* variable of the environment goes
# before what stands here. Lines that begin with # say what holds without them; take the # away to change it.
`;

const NOISE = `
# Fields that no test compares, with what their values must be, if anything: uuid, timestamp, timestamp within 5s, number,
# number ± 1 %, number ± 0.5, hex, length 10..20, present, any order, like Order {uuid} made, or a regular expression.
# Under mocks, by protocol, the fields of what the app asks.
#noise:
#  header.Date: []
#  body.id: [uuid]
#  body.items[*].code: ["^[A-Z]{3}$"]
#  mocks:
#    http1: { "query.at": [timestamp] }
`;

const SECRETS = `
# What else is a secret, by its form or its place, and what is none although it looks like one.
#secrets:
#  - { name: employee, regex: "EMP-[0-9]{6}" }
#  - { name: pin, path: body.user.code }
#  - { except: body.demo_token }
#  - { except: "/^demo-/" }
`;

/** The commented file. */
export const configTemplate = (): string =>
  HEAD +
  fileFlags()
    .map(
      (flag) =>
        `\n# ${flag.says}${flag.kind === "duration" ? " (30s, 500ms, 1m30s)" : ""}.\n#${fileKeyOf(flag)}: ${exampleOf(flag)}\n`,
    )
    .join("") +
  NOISE +
  SECRETS;
