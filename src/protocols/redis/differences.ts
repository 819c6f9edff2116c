/** In which words a recorded request differs from the one that is asked; empty exactly if their keys are equal. */
import type { Difference } from "../../core/diff.ts";
import type { Word } from "../../lib/bytes/text.ts";
import { keyOf } from "./key.ts";
import type { RedisSpec } from "./spec.ts";

/** `expected` is what was recorded, `actual` what is asked. */
export function differences(recorded: RedisSpec, asked: RedisSpec): Difference[] {
  const [before, after] = [commandsOf(recorded), commandsOf(asked)];
  const isMany = before.length > 1 || after.length > 1 || asked.type === "transaction";
  const found: Difference[] = [];
  for (let at = 0; at < Math.max(before.length, after.length); at++) {
    const path = isMany ? `commands[${at}].` : "";
    found.push(...inWords(before[at] ?? [], after[at] ?? [], path));
  }
  if (recorded.database !== asked.database) found.push(changed("database", recorded.database, asked.database));
  if (recorded.version !== asked.version) found.push(changed("version", recorded.version, asked.version));
  if (found.length === 0 && keyOf(recorded).text !== keyOf(asked).text) {
    found.push(changed("request", recorded.type, asked.type));
  }
  return found;
}

function inWords(before: readonly Word[], after: readonly Word[], path: string): Difference[] {
  const found: Difference[] = [];
  for (let at = 0; at < Math.max(before.length, after.length); at++) {
    const [one, other] = [before[at], after[at]];
    const place = `${path}words[${at}]`;
    if (one === undefined) found.push({ path: place, actual: other, change: "added" });
    else if (other === undefined) found.push({ path: place, expected: one, change: "missing" });
    else if (!isSame(one, other, at === 0)) found.push(changed(place, one, other));
  }
  return found;
}

function isSame(one: Word, other: Word, isName: boolean): boolean {
  if (typeof one === "string" && typeof other === "string") {
    return one === other || (isName && one.toUpperCase() === other.toUpperCase());
  }
  return typeof one !== "string" && typeof other !== "string" && Buffer.compare(one, other) === 0;
}

function commandsOf(spec: RedisSpec): readonly (readonly Word[])[] {
  if (spec.type === "transaction") return spec.commands;
  return spec.type === "hello" ? [["HELLO", String(spec.version)]] : [spec.words];
}

const changed = (path: string, expected: unknown, actual: unknown): Difference => ({
  path,
  expected,
  actual,
  change: "changed",
});
