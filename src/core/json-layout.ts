/**
 * The layouts in which programs print JSON, and changing one into another without touching a value: only the space
 * between tokens moves; numbers and escapes stay as written. Refuses text that is not JSON.
 */

/** `compact` as JavaScript and Go print, `spaced` as Python does (`, ` and `: `); `-line` with a newline at the end. */
export type JsonLayout = "compact" | "compact-line" | "spaced" | "spaced-line";

/** Every layout, for readers of files. */
export const jsonLayouts: readonly JsonLayout[] = ["compact", "compact-line", "spaced", "spaced-line"];

interface Separators {
  readonly item: string;
  readonly name: string;
  readonly indent: string | null;
}

const COMPACT: Separators = { item: ",", name: ":", indent: null };
const SPACED: Separators = { item: ", ", name: ": ", indent: null };
const INDENTED: Separators = { item: ",", name: ": ", indent: "  " };

/** A string, a run of other scalars, or one piece of punctuation; space is skipped. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Valid JSON in one layout. */
const print = (text: string, { item, name, indent }: Separators): string => {
  const parts: string[] = [];
  let depth = 0;
  let opened = false;
  const newline = (): void => {
    if (indent !== null) parts.push("\n", indent.repeat(depth));
  };
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === "}" || token === "]";
    if (opened && !closes) newline();
    if (closes) {
      depth--;
      if (!opened) newline();
    }
    opened = token === "{" || token === "[";
    if (opened) depth++;
    parts.push(token === "," ? item : token === ":" ? name : token);
    if (token === ",") newline();
  }
  return parts.join("");
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Valid JSON printed in `layout`; `undefined` for what is not JSON. */
export const layJson = (text: string, layout: JsonLayout): string | undefined => {
  if (!isJson(text)) return undefined;
  const line = layout.endsWith("-line") ? "\n" : "";
  return print(text, layout.startsWith("spaced") ? SPACED : COMPACT) + line;
};

/** For reading: the text with one member a line, and the layout that gives back exactly `text`; `undefined` if none does. */
export const readableJson = (text: string): { readonly text: string; readonly layout: JsonLayout } | undefined => {
  if (!isJson(text)) return undefined;
  const layout = jsonLayouts.find((candidate) => layJson(text, candidate) === text);
  return layout === undefined ? undefined : { text: print(text, INDENTED), layout };
};
