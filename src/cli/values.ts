/**
 * One value of a flag, from text to what it means. Whatever the source, the sentence about a wrong one is the same.
 */
import { UsageError } from "../core/errors.ts";
import { nearestName } from "../lib/text/nearest-name.ts";
import { type Flag } from "./flags.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, "": 1000 };
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;

/** `30s`, `500ms`, `1m30s`, or a bare number of seconds; undefined if it is none of these. */
export const parseDuration = (text: string): number | undefined => {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(PART)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ""] ?? 0), 0);
};

const portOf = (text: string): number | undefined => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
};

const listOf = (text: string, separator = ","): string[] =>
  text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== "");

const SWITCH: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  "1": true,
  "0": false,
  yes: true,
  no: false,
};

const wrong = (source: string, text: string, wants: string, hint: string): UsageError =>
  new UsageError("usage.flag", `${source} is ${JSON.stringify(text)}, which is not ${wants}.`, { hint });

/** `source` names where the text stands: `--port`, `REPRISE_PORT`, `port in reprise.yml`. */
export const parseValue = (
  flag: Flag,
  text: string,
  source: string,
): string | number | boolean | string[] | number[] => {
  if (flag.kind === "switch") {
    const value = SWITCH[text.toLowerCase()];
    if (value === undefined)
      throw wrong(source, text, "true or false", `Write ${source} alone, or with true or false.`);
    return value;
  }
  if (flag.kind === "duration") {
    const value = parseDuration(text);
    if (value === undefined) throw wrong(source, text, "a length of time", "Write it like 30s, 500ms or 1m30s.");
    return value;
  }
  if (flag.kind === "port") {
    const value = portOf(text);
    if (value === undefined) throw wrong(source, text, "a port", "A port is a whole number from 1 to 65535.");
    return value;
  }
  if (flag.kind === "ports") {
    return listOf(text).map((item) => {
      const value = portOf(item);
      if (value === undefined)
        throw wrong(source, item, "a port", "Write ports from 1 to 65535 with commas: 5432,6379.");
      return value;
    });
  }
  if (flag.kind === "list") return listOf(text);
  if (flag.kind === "texts") return listOf(text, ";");
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    const near = nearestName(text, flag.choices);
    const all = `It may be ${flag.choices.join(", ")}.`;
    throw wrong(source, text, "one of its choices", near === undefined ? all : `Did you mean ${near}? ${all}`);
  }
  if (text === "")
    throw new UsageError("usage.flag", `${source} is empty.`, { hint: `Give it a value: ${flag.hint}.` });
  return text;
};
