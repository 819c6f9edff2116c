/**
 * What a request is matched by: database, RESP's version and the words, all of them. Capitals do not matter in a command's
 * name and nowhere else. Counterpart: `differences.ts`, which says where two requests part.
 */
import type { Key } from "../../core/pool.ts";
import type { Word } from "../../lib/bytes/text.ts";
import { nameOf } from "./commands.ts";
import type { RedisSpec } from "./spec.ts";

const ASKED_WIDTH = 160;
const WORD_WIDTH = 40;

/** How HELLO's answers are recalled. */
export const HELLO_SHAPE = "HELLO";

/** The one function for recorded specs and for what is asked. */
export function keyOf(spec: RedisSpec): Key {
  const { database, version } = spec;
  if (spec.type === "hello") {
    return { text: JSON.stringify(["hello", version]), shape: HELLO_SHAPE, asked: `HELLO ${version}` };
  }
  if (spec.type === "transaction") {
    const words = spec.commands.map(plainWords);
    return {
      text: JSON.stringify(["transaction", database, version, words]),
      shape: transactionShape(spec.commands),
      asked: `MULTI; ${spec.commands.map(line).join("; ")}; EXEC`.slice(0, ASKED_WIDTH),
    };
  }
  const isPush = spec.type === "pushes";
  const name = nameOf(spec.words);
  return {
    text: JSON.stringify([spec.type, database, version, plainWords(spec.words)]),
    shape: isPush ? pushesShape(spec.words) : `${name} ${spec.words.length}`,
    asked: isPush ? `pushes after ${line(spec.words)}` : line(spec.words),
  };
}

/** Under this the pushes after a command are recalled. */
export const pushesShape = (words: readonly Word[]): string => `pushes after ${JSON.stringify(plainWords(words))}`;

export const transactionShape = (commands: readonly (readonly Word[])[]): string =>
  `MULTI ${commands.map(nameOf).join(" ")}`;

/** The name in capitals, bytes as something that no text is. */
function plainWords(words: readonly Word[]): unknown[] {
  return words.map((word, index) => {
    if (typeof word !== "string") return { bytes: Buffer.from(word).toString("base64") };
    return index === 0 ? word.toUpperCase() : word;
  });
}

/** In one line, for people. */
export function line(words: readonly Word[]): string {
  const text = words.map((word) => shown(word, WORD_WIDTH)).join(" ");
  return text.length <= ASKED_WIDTH ? text : `${text.slice(0, ASKED_WIDTH - 1)}…`;
}

/** Short and in one line, for people. */
function shown(word: Word, most: number): string {
  const text = typeof word === "string" ? word : `\\x${Buffer.from(word.subarray(0, most)).toString("hex")}`;
  const flat = text.replace(/[\u0000-\u001f\u007f]+/g, " ");
  return flat.length <= most ? flat : `${flat.slice(0, most - 1)}…`;
}
