/** Reads what `yaml-write.ts` writes, edits included; throws `FormatError` with the path of what is wrong. */
import { type Fields, fieldsOf, itemsOf, wrongAt } from "../../core/plain-data.ts";
import { bytesOf, type Word } from "../../lib/bytes/text.ts";
import type { Push, RedisSpec, Setting, Version } from "./spec.ts";
import type { Value } from "./value.ts";

const DATABASES = 1 << 20;
const DEEPEST = 200;

export function fromYaml(kind: string, spec: unknown): RedisSpec {
  const fields = fieldsOf(spec, "spec");
  const setting = readSetting(fields);
  const { version } = setting;
  const words = () => readWords(fields["command"], "spec.command");
  const reply = () => readValue(fields["reply"], "spec.reply", version);
  const pushes = () => readPushes(fields["pushes"], version);
  switch (kind) {
    case "RedisCommand": {
      const isUnanswered = fields["unanswered"] === true;
      return { type: "command", ...setting, words: words(), reply: isUnanswered ? null : reply() };
    }
    case "RedisTransaction":
      return { type: "transaction", ...setting, commands: readCommands(fields), refused: readQueued(fields, version), reply: reply() }; // prettier-ignore
    case "RedisSubscription":
      return { type: "subscription", ...setting, words: words(), pushes: pushes() };
    case "RedisPushes":
      return { type: "pushes", ...setting, words: words(), pushes: pushes() };
    case "RedisHello":
      return { type: "hello", ...setting, reply: reply() };
    default:
      throw wrongAt("kind", "one that Redis has");
  }
}

function readSetting(fields: Fields): Setting {
  const { database = 0, version = 2 } = fields;
  if (typeof database !== "number" || !Number.isInteger(database) || database < 0 || database > DATABASES) {
    throw wrongAt("spec.database", "a whole number");
  }
  if (version !== 2 && version !== 3) throw wrongAt("spec.version", "2 or 3");
  return { database, version };
}

function readCommands(fields: Fields): (readonly Word[])[] {
  return itemsOf(fields["commands"], "spec.commands").map((words, at) => readWords(words, `spec.commands[${at}]`));
}

function readQueued(fields: Fields, version: Version): Value[] {
  return itemsOf(fields["queued"] ?? [], "spec.queued").map((each, at) =>
    readValue(each, `spec.queued[${at}]`, version),
  );
}

function readWords(value: unknown, path: string): readonly Word[] {
  const words = itemsOf(value, path).map((word, at) => readWord(word, `${path}[${at}]`));
  if (words.length === 0) throw wrongAt(path, "a list with a command in it");
  return words;
}

/** Numbers too: who edits a command by hand writes `[GET, 7]`. */
function readWord(value: unknown, path: string): Word {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  if (typeof value === "number") return String(value);
  throw wrongAt(path, "text or bytes");
}

function readPushes(value: unknown, version: Version): Push[] {
  return itemsOf(value, "spec.pushes").map((each, at) => {
    const path = `spec.pushes[${at}]`;
    const { afterMs, value: pushed } = fieldsOf(each, path);
    if (typeof afterMs !== "number" || !(afterMs >= 0)) throw wrongAt(`${path}.afterMs`, "a number of milliseconds");
    return { afterMs, value: readValue(pushed, `${path}.value`, version) };
  });
}

function readValue(value: unknown, path: string, version: Version, depth = 0): Value {
  if (depth > DEEPEST) throw wrongAt(path, "nested so deeply");
  if (typeof value === "string" || value instanceof Uint8Array) return { type: "bulk", bytes: bytesOf(value) };
  if (value === null) return { type: "null", of: version === 2 ? "string" : "any" };
  if (typeof value === "boolean") return { type: "boolean", is: value };
  if (typeof value === "number") return readInteger(String(value), path);
  if (Array.isArray(value)) return { type: "list", items: readItems(value, path, version, depth) };
  return readTagged(fieldsOf(value, path), path, version, depth);
}

function readTagged(fields: Fields, path: string, version: Version, depth: number): Value {
  if ("attributes" in fields) {
    const attributes = readEntries(fields["attributes"], `${path}.attributes`, version, depth);
    return { type: "attributed", attributes, value: readValue(fields["value"], `${path}.value`, version, depth + 1) };
  }
  const [tag = "", ...more] = Object.keys(fields);
  const content = fields[tag];
  const place = `${path}.${tag}`;
  if (more.length > 0) throw wrongAt(path, "one reply");
  switch (tag) {
    case "status":
    case "error":
      return { type: tag, text: readLine(content, place) };
    case "integer":
      return readInteger(content, place);
    case "big":
      return { type: tag, text: readNumber(content, place, /^-?\d+$/) };
    case "double":
      return { type: tag, text: readNumber(content, place, /^-?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|inf|nan)$/) };
    case "bulkError":
    case "verbatim":
      return { type: tag, bytes: bytesOf(readWord(content, place)) };
    case "set":
    case "push":
      return { type: tag, items: readItems(content, place, version, depth) };
    case "map":
      return { type: tag, entries: readEntries(content, place, version, depth) };
    case "null":
      if (content !== "string" && content !== "list" && content !== "any") throw wrongAt(place, "string, list or any");
      return { type: "null", of: content };
    default:
      throw wrongAt(path, "a reply of Redis");
  }
}

function readItems(value: unknown, path: string, version: Version, depth: number): Value[] {
  return itemsOf(value, path).map((item, at) => readValue(item, `${path}[${at}]`, version, depth + 1));
}

function readEntries(value: unknown, path: string, version: Version, depth: number): [Value, Value][] {
  return itemsOf(value, path).map((entry, at) => {
    const pair = itemsOf(entry, `${path}[${at}]`);
    if (pair.length !== 2) throw wrongAt(`${path}[${at}]`, "a pair");
    const [key, content] = pair.map((each, side) => readValue(each, `${path}[${at}][${side}]`, version, depth + 1));
    return [key as Value, content as Value];
  });
}

function readInteger(value: unknown, path: string): Value {
  return { type: "integer", text: readNumber(value, path, /^-?\d+$/) };
}

function readNumber(value: unknown, path: string, form: RegExp): string {
  if (typeof value !== "string" && typeof value !== "number") throw wrongAt(path, "a number");
  const text = String(value);
  if (!form.test(text)) throw wrongAt(path, "a number as Redis writes it");
  return text;
}

function readLine(value: unknown, path: string): Word {
  const word = readWord(value, path);
  if (bytesOf(word).some((byte) => byte === 10 || byte === 13)) throw wrongAt(path, "in one line");
  return word;
}
