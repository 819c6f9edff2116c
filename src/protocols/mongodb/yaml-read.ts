/** Reads what `yaml-write.ts` writes, edits included; throws `FormatError` with the path of what is wrong. */
import { FormatError } from "../../core/errors.ts";
import { type Fields, fieldsOf, itemsOf, wrongAt } from "../../core/plain-data.ts";
import { documentAt, elementsOf } from "./documents.ts";
import { documentOfPlain } from "./extended-json-read.ts";
import { canonicalText } from "./key.ts";
import { documentOfText } from "./large-documents.ts";
import type { Answered, MongoSpec } from "./spec.ts";

export function fromYaml(kind: string, spec: unknown): MongoSpec {
  const fields = fieldsOf(spec, "spec");
  if (kind === "MongoHello") {
    const name = fields["name"];
    if (name !== "hello" && name !== "isMaster") throw wrongAt("spec.name", "hello or isMaster");
    return { type: "hello", name, document: readDocument(fields["reply"], "spec.reply") };
  }
  if (kind !== "MongoCommand") throw wrongAt("kind", "one that MongoDB has");
  const { made = [], afterMs = 0 } = fields;
  if (typeof afterMs !== "number" || !Number.isFinite(afterMs) || afterMs < 0) throw wrongAt("spec.afterMs", "a number of milliseconds"); // prettier-ignore
  return { type: "command", request: readRequest(fields["request"]), made: readIds(made), answers: readAnswers(fields), afterMs }; // prettier-ignore
}

/** What cannot be shown cannot be matched. */
function readRequest(value: unknown): Uint8Array {
  const request = readDocument(value, "spec.request");
  try {
    canonicalText({ request, made: [] });
  } catch (cause) {
    throw new FormatError("format.yaml", "spec.request is not a command that can be read.", "spec.request", { cause });
  }
  if (elementsOf(request).length === 0) throw wrongAt("spec.request", "a command");
  return request;
}

function readAnswers(fields: Fields): Answered[] {
  if (fields["replies"] === undefined) return [{ flags: 0, document: readDocument(fields["reply"], "spec.reply") }];
  return itemsOf(fields["replies"], "spec.replies").map((each, at) => {
    const path = `spec.replies[${at}]`;
    const { flags, document } = fieldsOf(each, path);
    if (typeof flags !== "number" || !Number.isInteger(flags) || flags < 0 || flags >= 2 ** 32) throw wrongAt(`${path}.flags`, "a whole number"); // prettier-ignore
    return { flags, document: readDocument(document, `${path}.document`) };
  });
}

function readIds(value: unknown): string[] {
  return itemsOf(value, "spec.made").map((id, at) => {
    if (typeof id !== "string" || !/^[0-9a-f]{24}$/.test(id))
      throw wrongAt(`spec.made[${at}]`, "an ObjectId in hexadecimal");
    return id;
  });
}

function readDocument(value: unknown, path: string): Uint8Array {
  if (typeof value === "string") return documentOfText(value, path);
  if (!(value instanceof Uint8Array)) return documentOfPlain(value, path);
  try {
    if (documentAt(value, 0, value.length).length === value.length && elementsOf(value).length >= 0) return value;
  } catch (cause) {
    throw new FormatError("format.yaml", `${path} is not a BSON document.`, path, { cause });
  }
  throw wrongAt(path, "a BSON document");
}
