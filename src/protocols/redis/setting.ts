/**
 * What a connection has settled by SELECT, HELLO and RESET, followed alike by recording and replay; and what of a set-up
 * command may be kept: never a password.
 */
import type { Word } from "../../lib/bytes/text.ts";
import type { Setting, Version } from "./spec.ts";

export class Settings {
  #database = 0;
  #version: Version = 2;

  get now(): Setting {
    return { database: this.#database, version: this.#version };
  }

  /** A set-up command has been granted. */
  grant(name: string, words: readonly Word[]): void {
    if (name === "SELECT") this.#database = Number(words[1]) || 0;
    if (name === "HELLO" && words.length > 1) this.#version = words[1] === "3" ? 3 : 2;
    if (name !== "RESET") return;
    this.#database = 0;
    this.#version = 2;
  }
}

/** Whether a refusal of that set-up command stands: it would be refused again. */
export const staysRefused = (name: string): boolean =>
  ["AUTH", "HELLO", "SELECT", "READONLY", "READWRITE"].includes(name) || name.startsWith("CLIENT ");

/** The words without what must stay secret. */
export function withoutSecrets(name: string, words: readonly Word[]): readonly Word[] {
  if (name === "AUTH") return words.slice(0, Math.max(1, words.length - 1));
  if (name !== "HELLO") return words;
  const at = words.findIndex((word) => typeof word === "string" && word.toUpperCase() === "AUTH");
  return at < 0 ? words : [...words.slice(0, at + 2), ...words.slice(at + 3)];
}
