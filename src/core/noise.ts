/**
 * Which differences do not count. A rule is a path as in reports and the regexes that the value must then match, if any:
 * `header.Date`, `body.items[*].id`, `body`. It covers what lies below its path, and fields that came or went.
 * It never decides what is noise; recordings and users do.
 */
import type { Difference } from "./diff.ts";
import { FormatError } from "./errors.ts";

/** Path to regexes; none means that any value will do, or none at all. */
export type NoiseRules = Readonly<Record<string, readonly string[]>>;

/** The differences that no rule covers. */
export function filterNoise(differences: readonly Difference[], rules: NoiseRules): readonly Difference[] {
  const compiled = differences.length === 0 ? [] : Object.entries(rules).map(([path, texts]) => compile(path, texts));
  if (compiled.length === 0) return differences;
  return differences.filter((difference) => {
    const path = segments(difference.path);
    return !compiled.some((rule) => covers(rule.path, path) && allows(rule, difference));
  });
}

/** Whether a rule without regexes covers this path. */
export function isNoise(path: string, rules: NoiseRules): boolean {
  const asked = segments(path);
  return Object.entries(rules).some(([rule, regexes]) => regexes.length === 0 && covers(segments(rule), asked));
}

/**
 * Rules as files hold them: a list of paths, a map from path to regexes (a list, one text, or nothing), or a list of both.
 * `where` names the place in the error for anything else.
 */
export function readNoise(value: unknown, where: string): Record<string, string[]> {
  const rules: Record<string, string[]> = {};
  if (value === undefined || value === null) return rules;
  if (Array.isArray(value)) {
    for (const each of value as unknown[]) {
      const isMap = typeof each === "object" && each !== null && !Array.isArray(each);
      Object.assign(rules, isMap ? readNoise(each, where) : { [asText(each, where)]: [] });
    }
    return rules;
  }
  if (typeof value !== "object") throw wrong(where);
  for (const [path, regexes] of Object.entries(value)) {
    const list: unknown[] = regexes === null || regexes === "" ? [] : Array.isArray(regexes) ? regexes : [regexes];
    rules[path] = list.map((regex) => asText(regex, `${where}.${path}`));
    compile(path, rules[path]);
  }
  return rules;
}

interface Rule {
  readonly path: readonly Segment[];
  readonly regexes: readonly RegExp[];
}

/** A member's name, an index, or `*` for any. */
type Segment = string | number;
const ANY: Segment = "*";

const asText = (value: unknown, where: string): string => {
  if (typeof value !== "string") throw wrong(where);
  return value;
};

const wrong = (where: string): FormatError =>
  new FormatError("format.yaml", "Noise must be a list of paths, or a map from path to regular expressions.", where, {
    hint: "For example `noise: [header.Date, body.id]`.",
  });

function compile(path: string, texts: readonly string[]): Rule {
  return { path: segments(path), regexes: texts.map((text) => compileRegex(path, text)) };
}

/** Other tools write `(?i)` in front, which JavaScript knows as a flag. */
function compileRegex(path: string, text: string): RegExp {
  const ignoresCase = text.startsWith("(?i)");
  const source = ignoresCase ? text.slice("(?i)".length) : text;
  try {
    return new RegExp(source, ignoresCase ? "iu" : "u");
  } catch {
    try {
      return new RegExp(source, ignoresCase ? "i" : "");
    } catch (cause) {
      throw new FormatError("format.yaml", `The noise rule ${path} has a broken regular expression: ${text}`, path, {
        cause,
      });
    }
  }
}

const SEGMENT = /\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g;

function segments(path: string): Segment[] {
  const found: Segment[] = [];
  for (const [, quoted, index, name] of path.matchAll(SEGMENT)) {
    if (quoted !== undefined) found.push(JSON.parse(`"${quoted}"`) as string);
    else if (index !== undefined) found.push(index === "*" ? ANY : Number(index));
    else if (name !== undefined) found.push(name);
  }
  const top = found[0];
  if (typeof top !== "string" || !/^(?:header|trailer)$/i.test(top)) return found;
  return found.map((segment) => (typeof segment === "string" ? segment.toLowerCase() : segment));
}

/** A rule that names no index covers all items of a list, as `body.items.id` is usually meant. */
function covers(rule: readonly Segment[], path: readonly Segment[]): boolean {
  let at = 0;
  for (const segment of rule) {
    if (typeof segment === "string" && segment !== ANY) while (typeof path[at] === "number") at++;
    const found = path[at++];
    if (found === undefined || (segment !== ANY && segment !== found)) return false;
  }
  return rule.length > 0;
}

function allows(rule: Rule, difference: Difference): boolean {
  if (rule.regexes.length === 0) return true;
  if (difference.change === "missing") return false;
  const { actual } = difference;
  const text =
    typeof actual === "string"
      ? actual
      : actual instanceof Uint8Array
        ? Buffer.from(actual).toString()
        : JSON.stringify(actual);
  return rule.regexes.some((regex) => regex.test(text));
}
