/**
 * SCRAM (RFC 5802, RFC 7677) as MongoDB has it: with SHA-1 the password is a digest of user and password, with SHA-256
 * it is the password. Texts are bytes in Latin-1, so that what was sent is what is signed.
 * https://github.com/mongodb/specifications/blob/master/source/auth/auth.md
 */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";

export type Hash = "sha1" | "sha256";

/** What a password is worth with one salt. */
export interface ScramKeys {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

export interface Salted {
  readonly hash: Hash;
  readonly user: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

export function scramKeys(password: string, { hash, user, salt, iterations }: Salted): ScramKeys {
  const secret = hash === "sha1" ? digestOf(user, password) : prepared(password);
  const salted = pbkdf2Sync(secret, salt, iterations, hash === "sha1" ? 20 : 32, hash);
  return { client: hmac(hash, salted, "Client Key"), server: hmac(hash, salted, "Server Key") };
}

/** Whether who has these keys made that proof; `exchange` is what both have said. */
export function isProof(
  hash: Hash,
  keys: ScramKeys,
  { exchange, proof }: { exchange: string; proof: Uint8Array },
): boolean {
  const signature = hmac(hash, createHash(hash).update(keys.client).digest(), exchange);
  const made = keys.client.map((byte, at) => byte ^ (signature[at] ?? 0));
  return proof.length === made.length && timingSafeEqual(made, proof);
}

/** What the server proves in return. */
export function signatureOf(hash: Hash, keys: ScramKeys, exchange: string): Uint8Array {
  return hmac(hash, keys.server, exchange);
}

const digestOf = (user: string, password: string): string =>
  createHash("md5").update(`${user}:mongo:${password}`).digest("hex");

/** SASLprep (RFC 4013) as far as it changes a password that a server accepts. */
function prepared(password: string): string {
  const spaces = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g;
  const nothing = /\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/g;
  return password.replace(spaces, " ").replace(nothing, "").normalize("NFKC");
}

function hmac(hash: Hash, key: Uint8Array, text: string): Uint8Array {
  return new Uint8Array(createHmac(hash, key).update(text, "latin1").digest());
}
