/**
 * Specs as plain data that people read: documents as extended JSON (`extended-json.ts`), or as bytes where that would not
 * give the same bytes back; large ones as JSON text (`large-documents.ts`). Counterpart: `yaml-read.ts`.
 */
import { FormatError } from "../../core/errors.ts";
import type { Fields } from "../../core/plain-data.ts";
import { plainOf } from "./extended-json.ts";
import { documentOfPlain } from "./extended-json-read.ts";
import { LARGE_BYTES, textOfDocument } from "./large-documents.ts";
import type { Answered, MongoSpec } from "./spec.ts";

/** The YAML kind of each type of spec; other tools have a kind `Mongo` of their own. */
export const KINDS = { command: "MongoCommand", hello: "MongoHello" } as const;

export function toYaml(spec: MongoSpec): { readonly kind: string; readonly spec: unknown } {
  const kind = KINDS[spec.type];
  if (spec.type === "hello") return { kind, spec: { name: spec.name, reply: writeDocument(spec.document) } };
  const { request, made, answers, afterMs } = spec;
  const [only] = answers;
  const reply = answers.length === 1 && only !== undefined && only.flags === 0 ? { reply: writeDocument(only.document) } : { replies: answers.map(writeAnswer) }; // prettier-ignore
  return {
    kind,
    spec: {
      request: writeDocument(request),
      ...(made.length === 0 ? {} : { made: [...made] }),
      ...(afterMs === 0 ? {} : { afterMs }),
      ...reply,
    },
  };
}

const writeAnswer = ({ flags, document }: Answered): Fields => ({ flags, document: writeDocument(document) });

/** As it reads best and loses nothing; what is large as one text. */
function writeDocument(document: Uint8Array): unknown {
  if (document.length > LARGE_BYTES) return textOfDocument(document) ?? document;
  try {
    const plain = plainOf(document);
    if (Buffer.compare(documentOfPlain(plain, "document"), document) === 0) return plain;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  return document;
}
