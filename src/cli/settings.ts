/**
 * Settings from their sources: flag, else environment (`REPRISE_*`), else reprise.yml, else default.
 *
 * What the file gives is checked like what is typed; keys that nobody knows are an error there too.
 */
import { UsageError } from "../core/errors.ts";
import {
  type Flag,
  type FlagKey,
  fileKeyOf,
  flagKeys,
  flagOf,
  type Given,
  type Settings,
  variableOf,
} from "./flags.ts";
import { parseValue } from "./values.ts";

/** What the environment says; empty variables say nothing. */
export const fromEnvironment = (env: Readonly<Record<string, string | undefined>>): Given => {
  const given: Record<string, unknown> = {};
  for (const key of flagKeys) {
    const variable = variableOf(flagOf(key));
    const text = env[variable];
    if (text !== undefined && text !== "") given[key] = parseValue(flagOf(key), text, variable);
  }
  return given as Given;
};

const asText = (value: unknown, source: string, separator: string): string => {
  if (Array.isArray(value)) return value.map((item) => asText(item, source, separator)).join(separator);
  if (["string", "number", "boolean"].includes(typeof value)) return String(value);
  throw new UsageError("usage.config", `${source} is neither text, a number, true or false, nor a list.`, {
    hint: "`reprise config` writes a file with every key and its form.",
  });
};

const isMany = ({ kind }: Flag): boolean => kind === "list" || kind === "texts" || kind === "ports";

/** What the file's members say that are flags too; `null` ones say nothing. Unknown keys were refused by the reader. */
export const fromFile = (values: Readonly<Record<string, unknown>>, path: string): Given => {
  const given: Record<string, unknown> = {};
  for (const key of flagKeys) {
    const flag = flagOf(key);
    const value = values[fileKeyOf(flag)];
    if (!flag.inFile || value === undefined || value === null) continue;
    const source = `${fileKeyOf(flag)} in ${path}`;
    if (Array.isArray(value) && !isMany(flag)) {
      throw new UsageError("usage.config", `${source} is a list; it takes one value.`, {
        hint: `Write it in one line: ${fileKeyOf(flag)}: ${value.map(String).join(" ")}`,
      });
    }
    given[key] = parseValue(flag, asText(value, source, flag.kind === "texts" ? ";" : ","), source);
  }
  return given as Given;
};

const emptyOf = (key: FlagKey): unknown => (isMany(flagOf(key)) ? [] : null);

/** The first source that gives a key wins; what none gives has its default. */
export const resolveSettings = (...sources: readonly Given[]): Settings => {
  const settings: Record<string, unknown> = {};
  for (const key of flagKeys) {
    const flag = flagOf(key);
    const source = sources.find((given) => given[key] !== undefined);
    const preset = flag.default === undefined ? emptyOf(key) : parseValue(flag, flag.default, flag.name);
    settings[key] = source === undefined ? preset : source[key];
  }
  return settings as Settings;
};
