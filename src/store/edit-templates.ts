/**
 * Puts names in the place of values in files that are there already: within the texts of a test's request and response,
 * and in the set's config.yaml, which keeps their values. Every other character stays; what would come out otherwise is
 * not written.
 */
import { isMap, parseDocument, type Scalar, visit } from "yaml";
import { FormatError } from "../core/errors.ts";
import { writeYaml } from "../lib/text/yaml-writer.ts";
import { fieldsOrNone } from "../core/plain-data.ts";

const PARTS = { request: ["req", "grpcReq"], response: ["resp", "grpcResp"] } as const;
export type Part = keyof typeof PARTS;

/** The plain data of a part, or nothing where there is none. */
export function partOf(data: unknown, part: Part): unknown {
  const spec = fieldsOrNone(fieldsOrNone(data)["spec"]);
  return PARTS[part].map((name) => spec[name]).find((value) => value !== undefined);
}

/** A test's text with each text of its parts rewritten; the same where that changes nothing. */
export function withRewrittenParts(text: string, rewrite: (text: string, part: Part) => string): string {
  const document = parseDocument(text, { uniqueKeys: false });
  const edits: { readonly scalar: Scalar; readonly from: string; readonly to: string }[] = [];
  for (const part of ["request", "response"] as const) {
    for (const name of PARTS[part]) {
      const node: unknown = document.getIn(["spec", name], true);
      if (!isMap(node)) continue;
      visit(node, {
        Scalar: (key, scalar) => {
          if (key === "key" || typeof scalar.value !== "string") return;
          const to = rewrite(scalar.value, part);
          if (to !== scalar.value) edits.push({ scalar, from: scalar.value, to });
        },
      });
    }
  }
  let edited = text;
  for (const { scalar, from, to } of edits.toReversed()) edited = spliced(edited, scalar, from, to);
  for (const { scalar, to } of edits) scalar.value = to;
  if (edits.length > 0 && !Bun.deepEquals(parseDocument(edited, { uniqueKeys: false }).toJS(), document.toJS())) {
    return document.toString({ lineWidth: 0 });
  }
  return edited;
}

/** In a block only the lines that change; else the scalar anew, in quotes. */
function spliced(text: string, { range, type }: Scalar, from: string, to: string): string {
  if (range === null || range === undefined) throw new FormatError("format.yaml", "A text has no place.", "");
  const [start, end] = range;
  const source = text.slice(start, end);
  if (type !== "BLOCK_LITERAL") return `${text.slice(0, start)}${JSON.stringify(to)}${text.slice(end)}`;
  const [before, after] = [from.split("\n"), to.split("\n")];
  let written = source;
  let at = 0;
  for (const [line, was] of before.entries()) {
    const found = written.indexOf(was, at);
    if (found < 0 || before.length !== after.length) continue;
    written = written.slice(0, found) + (after[line] ?? "") + written.slice(found + was.length);
    at = found + (after[line] ?? "").length;
  }
  return text.slice(0, start) + written + text.slice(end);
}

/** The text of a config.yaml with these values beside those it has. */
export function withTemplate(text: string, values: Readonly<Record<string, string>>): string {
  const held = fieldsOrNone(fieldsOrNone(parseDocument(text, { uniqueKeys: false }).toJS())["template"]);
  const without = text.replace(/^template:.*\n(?:[ \t].*\n|[ \t]*\n)*/m, "");
  const ended = without === "" || without.endsWith("\n") ? without : `${without}\n`;
  return `${ended}${writeYaml({ template: { ...held, ...values } })}`;
}
