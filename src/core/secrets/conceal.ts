/**
 * A run's result without the secrets that may be in it: those of the recording, those of the app's surroundings, and what tells
 * itself. It is for what people read and for reports; nothing is read back from it, so that names may mean nothing.
 */
import { withMembers } from "../plain-data.ts";
import { DocumentRedactor } from "./document-redactor.ts";
import { spansOfNamed } from "./named-values.ts";
import { classOfName } from "./names.ts";
import { Redactor } from "./redactor.ts";
import { isTelling } from "./strength.ts";
import { segmentsOf, type UserRules } from "./user-rules.ts";
import type { Secret } from "./vault.ts";

export interface ConcealOptions {
  readonly secrets: readonly Secret[];
  /** As `Peer.surroundings`. */
  readonly surroundings: readonly string[];
  readonly rules: UserRules;
}

/** The same data; what holds no secret is not copied. */
export function conceal<Data>(data: Data, { secrets, surroundings, rules }: ConcealOptions): Data {
  const redactor = new Redactor({ surroundings, rules });
  redactor.vault.adopt(secrets);
  const documents = new DocumentRedactor(redactor);
  const values = secrets.map(({ value }) => value).filter(isTelling);
  return finished(documents.document(data), values) as Data;
}

/** Lines that name a field, and texts that were cut within a secret. */
function finished(data: unknown, values: readonly string[]): unknown {
  if (typeof data === "string") return withoutParts(withoutNamed(data), values);
  if (typeof data !== "object" || data === null || data instanceof Uint8Array) return data;
  return withMembers(data, (member) => finished(member, values));
}

const HIDDEN = "{{secret}}";
const ARROW = " -> ";
const DIFFERS = /^(\S[^:]*): ([^]*) -> ([^]*)$/;

/** `body.token: x -> y`, as a miss tells what differs. */
function withoutNamed(line: string): string {
  if (!line.includes(ARROW)) return line;
  const [, path = "", before = "", after = ""] = DIFFERS.exec(line) ?? [];
  const name = segmentsOf(path).at(-1) ?? "";
  const kind = classOfName(name);
  if (kind === null) return line;
  const hide = (text: string): string =>
    text.includes("{{secret") || spansOfNamed(text, kind, name, "plain").length === 0 ? text : HIDDEN;
  return `${path}: ${hide(before)} -> ${hide(after)}`;
}

const CUT = "…";
const PART = 4;

function withoutParts(text: string, values: readonly string[]): string {
  if (!text.includes(CUT)) return text;
  const parts = text.split(CUT);
  return parts
    .map((part, index) => {
      const head = index > 0 ? longest(values, (value, length) => part.startsWith(value.slice(-length))) : 0;
      const tail = index < parts.length - 1 ? longest(values, (value, length) => part.endsWith(value.slice(0, length))) : 0; // prettier-ignore
      const kept = part.slice(head, tail === 0 ? undefined : Math.max(head, part.length - tail));
      return `${head > 0 ? HIDDEN : ""}${kept}${tail > 0 ? HIDDEN : ""}`;
    })
    .join(CUT);
}

/** How much of any of the values is there. */
function longest(values: readonly string[], isThere: (value: string, length: number) => boolean): number {
  let most = 0;
  for (const value of values) {
    for (let length = value.length; length >= Math.max(PART, most + 1); length--) {
      if (!isThere(value, length)) continue;
      most = length;
      break;
    }
  }
  return most;
}
