/**
 * Specs as plain data that people read: strings as they are, numbers as numbers, everything that RESP tells apart and YAML
 * does not as a map with one key (`{ status: OK }`). Counterpart: `yaml-read.ts`.
 */
import { wordOf } from "../../lib/bytes/text.ts";
import type { Fields } from "../../core/plain-data.ts";
import type { Push, RedisSpec, Version } from "./spec.ts";
import type { Value } from "./value.ts";

/** The YAML kind of each type of spec; other tools have a kind `Redis` of their own. */
export const KINDS = {
  command: "RedisCommand",
  transaction: "RedisTransaction",
  subscription: "RedisSubscription",
  pushes: "RedisPushes",
  hello: "RedisHello",
} as const;

export function toYaml(spec: RedisSpec): { readonly kind: string; readonly spec: unknown } {
  const { database, version } = spec;
  const setting = { ...(database === 0 ? {} : { database }), ...(version === 2 ? {} : { version }) };
  return { kind: KINDS[spec.type], spec: { ...setting, ...bodyOf(spec) } };
}

function bodyOf(spec: RedisSpec): Fields {
  const { version } = spec;
  switch (spec.type) {
    case "command":
      return {
        command: [...spec.words],
        ...(spec.reply === null ? { unanswered: true } : { reply: writeValue(spec.reply, version) }),
      };
    case "transaction":
      return {
        commands: spec.commands.map((words) => [...words]),
        ...(spec.refused.length === 0 ? {} : { queued: spec.refused.map((reply) => writeValue(reply, version)) }),
        reply: writeValue(spec.reply, version),
      };
    case "subscription":
    case "pushes":
      return { command: [...spec.words], pushes: writePushes(spec.pushes, version) };
    case "hello":
      return { reply: writeValue(spec.reply, version) };
  }
}

function writePushes(pushes: readonly Push[], version: Version): Fields[] {
  return pushes.map(({ afterMs, value }) => ({ afterMs, value: writeValue(value, version) }));
}

function writeValue(value: Value, version: Version): unknown {
  switch (value.type) {
    case "bulk":
      return wordOf(value.bytes);
    case "bulkError":
    case "verbatim":
      return { [value.type]: wordOf(value.bytes) };
    case "status":
    case "error":
    case "double":
    case "big":
      return { [value.type]: value.text };
    case "integer":
      return isPlain(value.text) ? Number(value.text) : { integer: value.text };
    case "boolean":
      return value.is;
    case "null":
      return value.of === (version === 2 ? "string" : "any") ? null : { null: value.of };
    case "list":
      return value.items.map((item) => writeValue(item, version));
    case "set":
    case "push":
      return { [value.type]: value.items.map((item) => writeValue(item, version)) };
    case "map":
      return { map: writeEntries(value.entries, version) };
    case "attributed":
      return { attributes: writeEntries(value.attributes, version), value: writeValue(value.value, version) };
  }
}

/** As pairs, since a map's keys may be anything and come in the server's order. */
function writeEntries(entries: readonly (readonly [Value, Value])[], version: Version): unknown[][] {
  return entries.map(([key, value]) => [writeValue(key, version), writeValue(value, version)]);
}

function isPlain(text: string): boolean {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text && !Object.is(number, -0);
}
