/**
 * Puts noise into files that are there already: a test's under `spec.assertions.noise`, a mock's into its own document.
 * Only those lines change, so comments, layout and everything else stay as people left them; what would come out
 * otherwise is not written. Counterpart for files that are made: envelope.ts.
 */
import { isMap, isScalar, type Node, parseDocument } from "yaml";
import { type NoiseRules, readNoise } from "../core/noise.ts";
import { writeYaml } from "../lib/text/yaml-writer.ts";
import { fieldsOrNone } from "../core/plain-data.ts";

/** Rules with a word on each, which stands behind it as a comment. */
export interface NotedNoise {
  readonly rules: NoiseRules;
  /** By path. */
  readonly notes: Readonly<Record<string, string>>;
}

const NOISE = ["spec", "assertions", "noise"];

/** The text of a test's file with these rules beside its own; one of the same path goes before what stood there. */
export function withTestNoise(text: string, { rules, notes }: NotedNoise): string {
  const document = parseDocument(text, { uniqueKeys: false });
  const before = document.toJS() as unknown;
  const held = readNoise(noiseIn(before), "noise");
  const merged = { ...held, ...rules };
  const isExtended = Object.keys(rules).every((path) => held[path] === undefined);
  const value = document.getIn(NOISE, true) as Node | undefined;
  const edited =
    isMap(value) && value.flow !== true && isExtended
      ? appended(text, value, rules, notes)
      : replaced(text, keyOf(document.getIn(NOISE.slice(0, 2), true)), value, merged, notes);
  if (edited !== null && isEdit(edited, before, merged)) return edited;
  document.setIn(NOISE, merged);
  return document.toString({ lineWidth: 0 });
}

/** The text of a mock's document, `---` included, with these rules beside its own. */
export function withMockNoise(text: string, { rules, notes }: NotedNoise): string {
  const document = parseDocument(text, { uniqueKeys: false });
  const held = fieldsOrNone(document.toJS())["noise"];
  const merged = { ...readNoise(held, "noise"), ...rules };
  const without = text.replace(/^noise:.*\n(?:[ \t].*\n|[ \t]*\n)*/m, "");
  const spec = without.search(/^spec:/m);
  if (spec < 0) {
    document.setIn(["noise"], merged);
    return document.toString({ lineWidth: 0, directives: true });
  }
  return `${without.slice(0, spec)}noise:\n${lines(merged, notes, "  ")}${without.slice(spec)}`;
}

const noiseIn = (data: unknown): unknown =>
  fieldsOrNone(fieldsOrNone(fieldsOrNone(data)["spec"])["assertions"])["noise"];

/** Where the key `noise` begins. */
function keyOf(assertions: unknown): number | null {
  if (!isMap(assertions)) return null;
  const pair = assertions.items.find(({ key }) => isScalar(key) && key.value === "noise");
  return isScalar(pair?.key) ? (pair.key.range?.[0] ?? null) : null;
}

/** Behind the last line of a block. */
function appended(
  text: string,
  { items, range }: { items: readonly { key: unknown }[]; range?: readonly number[] | null },
  rules: NoiseRules,
  notes: NotedNoise["notes"],
): string | null {
  // prettier-ignore
  const first = items[0]?.key;
  const start = isScalar(first) ? first.range?.[0] : undefined;
  const end = range?.[1];
  if (start === undefined || end === undefined) return null;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const at = text[end - 1] === "\n" ? end : text.indexOf("\n", end) + 1;
  const [before, after] = at === 0 ? [`${text}\n`, ""] : [text.slice(0, at), text.slice(at)];
  return before + lines(rules, notes, " ".repeat(start - lineStart)) + after;
}

function replaced(
  text: string,
  key: number | null,
  value: Node | undefined,
  rules: NoiseRules,
  notes: NotedNoise["notes"],
): string | null {
  // prettier-ignore
  const range = value?.range;
  if (key === null || range === null || range === undefined) return null;
  const indent = key - (text.lastIndexOf("\n", key - 1) + 1);
  const rest = text.slice(range[1]).replace(/^[ \t]*\n/, "");
  return `${text.slice(0, key)}noise:\n${lines(rules, notes, " ".repeat(indent + 2))}${rest}`;
}

function lines(rules: NoiseRules, notes: NotedNoise["notes"], indent: string): string {
  return Object.entries(rules)
    .map(([path, matchers]) => {
      const written = writeYaml({ [path]: [...matchers] })
        .split("\n")
        .slice(0, -1);
      const note = notes[path];
      if (note !== undefined && written.length === 1) written[0] += ` # ${note}`;
      return written.map((line) => `${indent}${line}\n`).join("");
    })
    .join("");
}

/** Whether nothing but the noise is another. */
function isEdit(edited: string, before: unknown, noise: NoiseRules): boolean {
  const document = parseDocument(edited, { uniqueKeys: false });
  if (document.errors.length > 0) return false;
  const after = document.toJS() as unknown;
  const [one, other] = [structuredClone(before), structuredClone(after)].map((data) => {
    const assertions = fieldsOrNone(fieldsOrNone(fieldsOrNone(data)["spec"])["assertions"]) as Record<string, unknown>;
    delete assertions["noise"];
    return data;
  });
  return Bun.deepEquals(one, other) && Bun.deepEquals(readNoise(noiseIn(after), "noise"), noise);
}
