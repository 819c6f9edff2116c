/**
 * A stored document with its secrets taken out, and everything else as it was: comments, order, layout of what did not
 * change. What placeholders stand in it already is read first, so that doing it again changes nothing.
 */
import { type Document, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { DocumentRedactor } from "../core/secrets/document-redactor.ts";
import { decodeLeaves, encodeLeaves, type PutAsset, type Restore } from "./leaves.ts";
import { isFields } from "../core/plain-data.ts";

export interface Rewriting {
  readonly redactor: DocumentRedactor;
  readonly restore: Restore;
  /** The folder of the large bodies, and how one is put there. */
  readonly assets: string;
  readonly put: PutAsset;
}

/** Members that hold nothing recorded. */
const ENVELOPE = new Set(["version", "kind", "name", "at", "took", "assertions", "noise", "created", "app_port", "app_tls", "destination", "connection", "connectionId", "reuse", "metadata", "objects"]); // prettier-ignore

/** The text of the document, or `null` where nothing is to be changed. A document that cannot be read is left alone. */
export function rewriteDocument(text: string, rewriting: Rewriting): string | null {
  const document = parseDocument(text, { uniqueKeys: false });
  if (document.errors.length > 0) return null;
  const content: unknown = document.toJS({ maxAliasCount: 1000 });
  if (!isFields(content)) return null;
  let isChanged = false;
  const visit = (path: readonly string[], fields: Readonly<Record<string, unknown>>): void => {
    for (const [name, before] of Object.entries(fields)) {
      if (ENVELOPE.has(name)) continue;
      if (path.length === 0 && name === "spec" && isFields(before)) visit(["spec"], before);
      else isChanged = rewritten(document, [...path, name], before, rewriting) || isChanged;
    }
  };
  visit([], content);
  if (!isChanged) return null;
  const indent = /^( +)[^\s#-]/m.exec(text)?.[1]?.length ?? 2;
  return document.toString({ lineWidth: 0, indent: Math.min(Math.max(indent, 1), 8) });
}

function rewritten(
  document: Document,
  path: readonly string[],
  before: unknown,
  { redactor, restore, assets, put }: Rewriting,
): boolean {
  const name = path.at(-1) ?? "";
  const decoded = decodeLeaves({ [name]: before }, assets, restore);
  const after = encodeLeaves(redactor.document(decoded), put) as Record<string, unknown>;
  return edit(document, path, before, after[name]);
}

/** Changes the places in which the data differ, and no others. */
function edit(document: Document, path: readonly (string | number)[], before: unknown, after: unknown): boolean {
  if (before === after) return false;
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.map((item, index) => edit(document, [...path, index], item, after[index])).some(Boolean);
  }
  if (isFields(before) && isFields(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    if (!isLeaf(before) && !isLeaf(after)) {
      return [...names]
        .map((each) => {
          if (each in after) return edit(document, [...path, each], before[each], after[each]);
          return document.deleteIn([...path, each]);
        })
        .some(Boolean);
    }
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return false;
  // Bytes that another tool wrote with a tag stay in its form.
  if (before instanceof Uint8Array && isFields(after) && "$base64" in after) return false;
  const node = document.getIn(path, true);
  if (isScalar(node) && typeof after === "string" && typeof before === "string") node.value = after;
  else if (isScalar(node) || isMap(node) || isSeq(node) || node === undefined) document.setIn(path, document.createNode(after)); // prettier-ignore
  return true;
}

const isLeaf = (fields: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(fields).some((name) => /^\$(?:base64|utf16|latin1|asset)$/.test(name));
