/**
 * A stored mock as the pool holds it: enough to be found by, with the spec left in its file until it is needed.
 * The key's text is kept as a digest only, since texts may be long and a recording may hold a million of them.
 */
import type { Key } from "./pool.ts";
import type { Reuse } from "./exchange.ts";
import type { NoiseRules } from "./noise.ts";
import type { Destination } from "./test-case.ts";

/** The parts of a `Key` that stay in memory. */
export interface KeyDigest {
  /** 128 bits of the key's text; equal exactly if the texts are. */
  readonly digest: string;
  readonly shape: string;
}

/** One mock, lazily parsed. */
export interface MockEntry {
  readonly name: string;
  /** Its place in the recording; lower answers first. */
  readonly order: number;
  /** `Protocol.name`. */
  readonly protocol: string;
  readonly key: KeyDigest;
  readonly destination: Destination | null;
  /** The recorded connection that it came over, where that is known. */
  readonly connection?: string;
  readonly reuse: Reuse;
  readonly startedAt: number;
  readonly endedAt: number;
  /** In which fields of its request the app may ask otherwise; absent where in none. */
  readonly noise?: NoiseRules;
  /** The protocol's spec; may read and parse a file. */
  load(): unknown;
}

/** 128 bits over the UTF-16 units of `text`, so that not even unpaired surrogates collide. */
export function digestText(text: string): string {
  const units = Buffer.from(text, "utf16le");
  return Bun.hash.xxHash64(units, 0n).toString(36) + "." + Bun.hash.xxHash64(units, 0x9e3779b97f4a7c15n).toString(36);
}

/** What stays in memory of a key. */
export function digestKey(key: Pick<Key, "text" | "shape">): KeyDigest {
  return { digest: digestText(key.text), shape: key.shape };
}
