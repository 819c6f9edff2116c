/**
 * Templates in recorded texts, as Keploy's users write them: `{{string .token}}`, `{{int .id}}`, `{{float .price}}`, or
 * `{{.id}}`. They stand for values by name, which come from the set's config.yaml and then from the app's own answers.
 * A name that nobody knows stays as it is written.
 */

export type TemplateType = "string" | "int" | "float";

const TEMPLATE = /\{\{\s*(?:(string|int|float)\s+)?\.([A-Za-z_]\w*)\s*\}\}/g;

/** A template of that name. */
export const templateOf = (type: TemplateType, name: string): string => `{{${type} .${name}}}`;

/** The text with the value of each name in its place. */
export function renderTemplates(
  text: string,
  valueOf: (name: string, type: TemplateType) => string | undefined,
): string {
  if (!text.includes("{{")) return text;
  return text.replace(TEMPLATE, (whole, type: TemplateType | undefined, name: string) => valueOf(name, type ?? "string") ?? whole); // prettier-ignore
}

/** The places of names in a text, which is rendered with marks: a mark is no value that an app gives. */
const MARK = /__template_(\w+?)__|770077(\d{4})770077/g;

/** Renders a mark for each name, a number where a number is to stand. */
export const markOf =
  (names: readonly string[]) =>
  (name: string, type: TemplateType): string | undefined => {
    const index = names.indexOf(name);
    if (index < 0) return undefined;
    return type === "string" ? `__template_${name}__` : `770077${String(index).padStart(4, "0")}770077`;
  };

/** What stands in an actual text where the marked one has its marks, by name; `null` where the rest is not the same. */
export function readMarked(marked: string, actual: string, names: readonly string[]): Map<string, string> | null {
  const found: string[] = [];
  let source = "";
  let from = 0;
  for (const match of marked.matchAll(MARK)) {
    const name = match[1] ?? names[Number(match[2])];
    if (name === undefined) continue;
    source += `${escaped(marked.slice(from, match.index))}([^]*?)`;
    found.push(name);
    from = match.index + match[0].length;
  }
  const values = new RegExp(`^${source}${escaped(marked.slice(from))}$`).exec(actual);
  return values === null ? null : new Map(found.map((name, at) => [name, values[at + 1] ?? ""]));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
