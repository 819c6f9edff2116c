/**
 * JSON read without loss: a number keeps the text it was written with, so that `1` and `1.0`, or integers beyond 2^53,
 * stay apart. Refuses what is not exactly one JSON value, and what nests deeper than anybody reads.
 * Counterpart for comparing: json-diff.ts; for layout: json-layout.ts.
 */

/** A number as it was written. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether it is written as an integer, which most typed readers tell from `1.0`. */
  get isInteger(): boolean {
    return /^-?\d+$/.test(this.text);
  }

  /** For reports: the plain number if that says the same, else the text. */
  shown(): number | string {
    const plain = Number(this.text);
    return String(plain) === this.text ? plain : this.text;
  }
}

/** A JSON value; objects are maps, so that no key is special and the order is kept. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | ReadonlyMap<string, JsonValue>;

const DEPTH_MOST = 500;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
/** A string without escapes; JSC scans it much faster than a loop in script. */
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y;
const STRING = /"[^"\\\u0000-\u001f]*(?:\\.[^"\\\u0000-\u001f]*)*"/y;

class NotJson extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw new NotJson();
    return value;
  }

  #space(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code > 32) return;
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return undefined;
    const found = this.#text.slice(this.#at, pattern.lastIndex);
    this.#at = pattern.lastIndex;
    return found;
  }

  #eat(char: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #value(depth: number): JsonValue {
    if (depth > DEPTH_MOST) throw new NotJson();
    this.#space();
    switch (this.#text[this.#at]) {
      case "{":
        this.#at++;
        return this.#object(depth);
      case "[":
        this.#at++;
        return this.#array(depth);
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default: {
        const number = this.#match(NUMBER);
        if (number === undefined) throw new NotJson();
        return new JsonNumber(number);
      }
    }
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw new NotJson();
    this.#at += word.length;
    return value;
  }

  #string(): string {
    const plain = this.#match(PLAIN_STRING);
    if (plain !== undefined) return plain.slice(1, -1);
    const escaped = this.#match(STRING);
    if (escaped === undefined) throw new NotJson();
    return JSON.parse(escaped) as string;
  }

  #array(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    if (this.#eat("]")) return items;
    do items.push(this.#value(depth + 1));
    while (this.#eat(","));
    if (!this.#eat("]")) throw new NotJson();
    return items;
  }

  #object(depth: number): Map<string, JsonValue> {
    const members = new Map<string, JsonValue>();
    if (this.#eat("}")) return members;
    let count = 0;
    do {
      this.#space();
      if (this.#text[this.#at] !== '"') throw new NotJson();
      const name = this.#string();
      if (!this.#eat(":")) throw new NotJson();
      members.set(name, this.#value(depth + 1));
      if (members.size !== ++count) throw new NotJson();
    } while (this.#eat(","));
    if (!this.#eat("}")) throw new NotJson();
    return members;
  }
}

/**
 * The value that `text` holds, or `undefined` if it is not one JSON document. Nor is one that says a name twice: readers
 * differ over which of the two counts, so it can only be compared as it is written.
 */
export const parseJson = (text: string): JsonValue | undefined => {
  try {
    return new Reader(text).document();
  } catch (error) {
    // A lone bad escape inside a string is JSON.parse's to find.
    if (error instanceof NotJson || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Whether a text that begins so is worth parsing as an object or an array. */
export const looksLikeJson = (text: string): boolean => /^[ \t\r\n]*[[{]/.test(text);

/** One text for all layouts of a value: names sorted, no space, numbers as written. */
export const canonicalJson = (value: JsonValue): string => {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof Map) {
    const names = [...(value as ReadonlyMap<string, JsonValue>).keys()].sort();
    const members = names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value.get(name) ?? null)}`);
    return `{${members.join(",")}}`;
  }
  return `[${(value as readonly JsonValue[]).map(canonicalJson).join(",")}]`;
};

/** The value as plain data for reports; numbers that would lose something stay text. */
export const plainJson = (value: JsonValue): unknown => {
  if (value instanceof JsonNumber) return value.shown();
  if (value instanceof Map) {
    const members = [...(value as ReadonlyMap<string, JsonValue>)].map(([name, member]) => [name, plainJson(member)]);
    return Object.fromEntries(members);
  }
  return Array.isArray(value) ? value.map(plainJson) : value;
};
