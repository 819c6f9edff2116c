/**
 * YAML text as data, fast: `Bun.YAML` reads what we write; `yaml` reads documents with tags, finds the line of what is
 * broken, and has the last word where the two disagree. Comments are lost; edits that keep them go through `yaml`.
 */
import { type Document, LineCounter, parseDocument, visit } from "yaml";
import { FormatError } from "../core/errors.ts";

/** Where a text comes from, for errors. */
export interface Origin {
  readonly file: string;
  /** The line of the file at which the text begins, from 1. */
  line(): number;
}

/** An origin for a text that is a whole file. */
export const wholeFile = (file: string): Origin => ({ file, line: () => 1 });

/** One document. Throws `FormatError` with file and line. */
export function readYaml(text: string, origin: Origin): unknown {
  if (!text.includes("!!")) {
    try {
      return Bun.YAML.parse(text);
    } catch {
      // The other parser names the line, or knows better.
    }
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  const error = document.errors[0];
  if (error !== undefined) {
    const said = (error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
    throw invalid(said, error.linePos?.[0].line ?? 1, origin, error);
  }
  try {
    return document.toJS({ maxAliasCount: 1000 });
  } catch (cause) {
    // An alias without its anchor, or one that grows without bound.
    const said = cause instanceof Error ? cause.message : String(cause);
    throw invalid(said, lines.linePos(strayAlias(document) ?? 0).line, origin, cause);
  }
}

function invalid(said: string, lineOfText: number, origin: Origin, cause: unknown): FormatError {
  const where = `${origin.file}:${origin.line() + lineOfText - 1}`;
  return new FormatError("format.yaml", `${where} is not valid YAML: ${said}`, where, {
    hint: "Correct that line, or restore the file from version control.",
    cause,
  });
}

/** Where the first alias stands that names no anchor before it; else the first alias of all. */
function strayAlias(document: Document.Parsed): number | undefined {
  let first: number | undefined;
  let stray: number | undefined;
  visit(document, {
    Alias: (_key, alias) => {
      first ??= alias.range?.[0];
      if (stray === undefined && alias.resolve(document) === undefined) stray = alias.range?.[0];
    },
  });
  return stray ?? first;
}

/** Adds file and line to an error about a path within a document. */
export function locate(error: FormatError, text: string, origin: Origin, above: readonly string[]): FormatError {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  let path: (string | number)[] = [...above];
  for (const [, index, name] of error.where.matchAll(/\[(\d+)\]|([^.[\]]+)/g))
    path.push(index === undefined ? (name ?? "") : Number(index));
  let line = 1;
  for (; path.length > 0; path = path.slice(0, -1)) {
    const node: unknown = document.getIn(path, true);
    const range = typeof node === "object" && node !== null && "range" in node ? (node.range as [number] | null) : null;
    if (range === null) continue;
    line = lines.linePos(range[0]).line;
    break;
  }
  const where = `${origin.file}:${origin.line() + line - 1}`;
  return new FormatError(error.code as "format.yaml", `${where}: ${error.message}`, where, {
    hint: error.hint,
    cause: error,
  });
}
