/**
 * Walks through plain data and takes the secrets out of it. Data without secrets comes back as it went in, not as a copy,
 * since that is nearly all of it. Beside the names of fields it knows how tables, statements and lists of words say what
 * their values are.
 */
import type { Fields } from "../plain-data.ts";
import { escapePlaceholders, OPENING } from "./placeholders.ts";
import { type Redactor } from "./redactor.ts";
import { namesInStatement, type StatementNames } from "./sql-names.ts";
import { segmentsOf } from "./user-rules.ts";
import { lastWord, namesOfReplies, namesOfWords } from "./word-names.ts";

const STATEMENTS_MOST = 512;
const NOTHING_NAMED: StatementNames = { parameters: new Map(), literals: [] };
/** Names of fields whose lists hold the words of a command. */
const WORDS = new Set(["command", "commands"]);
/** A list of pairs is a map whose keys need not be texts. */
const PAIRS = new Set(["map", "attributes", "$fields"]);
/** Members that hold what another one names. */
const BESIDE = new Set(["value", "values", "expected", "actual", "reply"]);
/** Exact bytes beside what they say: they go where that was changed. */
const EXACT = "_wire";

export class DocumentRedactor {
  readonly #redactor: Redactor;
  readonly #statements = new Map<string, StatementNames>();
  /** Names above the value that is looked at, only where rules ask for them. */
  readonly #place: string[] = [];
  readonly #needsPlaces: boolean;
  #columns: readonly string[] = [];

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
    this.#needsPlaces = redactor.needsPlaces;
  }

  /** The same data with placeholders in place of secrets, and `SplicedBytes` for bytes that hold some. */
  document(value: unknown): unknown {
    this.#columns = [];
    return this.#value(value, "");
  }

  #value(value: unknown, name: string): unknown {
    if (typeof value === "string") return this.#redactor.text(value, name, this.#place);
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Uint8Array) return name.endsWith(EXACT) ? value : this.#redactor.bytes(value, name, this.#place); // prettier-ignore
    if (Array.isArray(value)) return this.#list(value, name);
    return this.#map(value as Fields);
  }

  #member(value: unknown, name: string): unknown {
    if (!this.#needsPlaces) return this.#value(value, name);
    this.#place.push(name.toLowerCase());
    try {
      return this.#value(value, name);
    } finally {
      this.#place.pop();
    }
  }

  #map(fields: Fields): unknown {
    const named = nameBeside(fields) ?? nameOfReply(fields);
    const { command, reply } = fields as { readonly command?: unknown; readonly reply?: unknown };
    const replyNames = Array.isArray(command) && Array.isArray(reply) ? namesOfReplies(command, reply) : [];
    const { sql } = fields as { readonly sql?: unknown };
    const statement = typeof sql === "string" ? this.#statement(sql) : NOTHING_NAMED;
    let changed: Record<string, unknown> | null = null;
    for (const name in fields) {
      const before = fields[name];
      const after =
        name === "reply" && replyNames.length > 0 && Array.isArray(before)
          ? mapped(before, (item, index) => this.#value(item, replyNames[index] ?? ""))
          : this.#field(name, before, { named, statement });
      if (name === "columns") this.#columns = columnNames(before);
      if (after === before) continue;
      changed ??= { ...fields };
      changed[name] = after;
      if (`${name}${EXACT}` in changed) delete changed[`${name}${EXACT}`];
    }
    return changed ?? fields;
  }

  #field(name: string, value: unknown, about: { named: string | null; statement: StatementNames }): unknown {
    if (name === "sql" && typeof value === "string") {
      return this.#redactor.text(value, name, this.#place, about.statement.literals);
    }
    if (name === "parameters" && Array.isArray(value) && about.statement.parameters.size > 0) {
      return mapped(value, (item, index) => this.#parameter(item, about.statement.parameters.get(index) ?? ""));
    }
    if (about.named !== null && BESIDE.has(name)) return this.#member(value, about.named);
    return this.#member(value, name);
  }

  #parameter(item: unknown, column: string): unknown {
    if (typeof item !== "object" || item === null || !("value" in item)) return this.#member(item, column);
    const after = this.#member(item.value, column);
    return after === item.value ? item : { ...item, value: after };
  }

  #list(items: readonly unknown[], name: string): unknown {
    if (name === "rows") return mapped(items, (row) => this.#row(row));
    if (WORDS.has(name)) return this.#words(items, name);
    if (PAIRS.has(name)) return mapped(items, (pair) => this.#pair(pair, name));
    return mapped(items, (item) => this.#value(item, name));
  }

  #row(row: unknown): unknown {
    if (!Array.isArray(row)) return this.#value(row, "");
    return mapped(row, (cell, index) => this.#value(cell, this.#columns[index] ?? ""));
  }

  #pair(pair: unknown, name: string): unknown {
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== "string") return this.#value(pair, name);
    const [key, value] = pair as [string, unknown];
    const after = this.#value(value, key);
    return after === value ? pair : [key, after];
  }

  /** Each word by the one that names it, if one does (`word-names.ts`). */
  #words(words: readonly unknown[], name: string): unknown {
    if (words.some(Array.isArray)) return mapped(words, (each) => this.#value(each, name));
    const names = namesOfWords(words);
    return mapped(words, (word, index) => {
      if (typeof word !== "string") return this.#value(word, "");
      const named = names[index] ?? "";
      if (named === "" || isStructured(word)) return this.#redactor.text(word, "", this.#place);
      const sign = /^[><]/.exec(word)?.[0] ?? "";
      return sign + this.#redactor.text(word.slice(sign.length), named, this.#place);
    });
  }

  #statement(sql: string): StatementNames {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const found = this.#redactor.isSuspect(sql) ? namesInStatement(sql) : NOTHING_NAMED;
    if (this.#statements.size >= STATEMENTS_MOST) this.#statements.clear();
    this.#statements.set(sql, found);
    return found;
  }
}

/** `{ name: password, value: x }`, `{ path: body.token, expected: x }`: a field that is spelt out. */
function nameBeside(fields: Fields): string | null {
  const { name, key, path } = fields as { readonly name?: unknown; readonly key?: unknown; readonly path?: unknown };
  if (typeof path === "string" && ("expected" in fields || "actual" in fields)) return segmentsOf(path).at(-1) ?? null;
  if (typeof name === "string" && "value" in fields) return name;
  return typeof key === "string" && ("value" in fields || "values" in fields) ? key : null;
}

/** A value that is kept under a name that says so: `GET session:7`, `HGET user:7 password`. */
function nameOfReply({ command, reply }: Fields): string | null {
  if (!Array.isArray(command) || typeof reply !== "string" || isStructured(reply)) return null;
  const words: readonly unknown[] = command.slice(1);
  return words.reduce<string | null>(
    (name, word) => (typeof word === "string" ? (lastWord(word) ?? name) : name),
    null,
  );
}

const columnNames = (columns: unknown): readonly string[] =>
  Array.isArray(columns)
    ? columns.map((column: unknown) =>
        typeof column === "object" && column !== null && "name" in column ? String(column.name) : "",
      )
    : [];

/** Its own names say what is in it. */
const isStructured = (text: string): boolean => /^\s*[{[<]|^[\w.%[\]-]+=[^&;]*[&;]/.test(text);

/** A copy only where something changed. */
function mapped(items: readonly unknown[], change: (item: unknown, index: number) => unknown): readonly unknown[] {
  let changed: unknown[] | null = null;
  for (const [index, item] of items.entries()) {
    const after = change(item, index);
    if (after === item) continue;
    changed ??= [...items];
    changed[index] = after;
  }
  return changed ?? items;
}

/** Data from which nothing is taken, with a mark at what would be read as a placeholder. */
export function escapedDocument(value: unknown): unknown {
  if (typeof value === "string") return value.includes(OPENING) ? escapePlaceholders(value) : value;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return mapped(value, escapedDocument);
  let changed: Record<string, unknown> | null = null;
  for (const [name, before] of Object.entries(value)) {
    const after = escapedDocument(before);
    if (after === before) continue;
    changed ??= { ...value };
    changed[name] = after;
  }
  return changed ?? value;
}
