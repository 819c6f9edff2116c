/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677): what a password proves about an exchange of messages. Who sends what stands in
 * `scram-bridge.ts`. Texts are bytes in Latin-1, so that what was sent is what is signed.
 */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";

/** What a password is worth with one salt; both ends know it, and neither sends it. */
export interface ScramKeys {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** The server's first message. */
export interface ServerFirst {
  readonly nonce: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** Undefined for anything that is no such message. */
export function readServerFirst(text: string): ServerFirst | undefined {
  // "r=" nonce ",s=" base64 ",i=" posit-number [extensions]
  const found = /^r=([^,]+),s=([A-Za-z0-9+/=]+),i=([1-9][0-9]{0,8})(?:,|$)/.exec(text);
  if (found === null) return undefined;
  const [, nonce = "", salt = "", iterations] = found;
  return { nonce, salt: Buffer.from(salt, "base64"), iterations: Number(iterations) };
}

export function scramKeys(password: string, salt: Uint8Array, iterations: number): ScramKeys {
  const salted = pbkdf2Sync(prepared(password), salt, iterations, 32, "sha256");
  return { client: hmac(salted, "Client Key"), server: hmac(salted, "Server Key") };
}

/** The client's proof; `exchange` is its first message without header, the server's first, its last without proof. */
export function proofOf(keys: ScramKeys, exchange: string): Uint8Array {
  const signature = hmac(createHash("sha256").update(keys.client).digest(), exchange);
  return keys.client.map((byte, at) => byte ^ (signature[at] ?? 0));
}

/** Whether who has these keys made that proof. */
export function isProof(keys: ScramKeys, exchange: string, proof: Uint8Array): boolean {
  return proof.length === keys.client.length && timingSafeEqual(proofOf(keys, exchange), proof);
}

/** What the server proves in return. */
export function signatureOf(keys: ScramKeys, exchange: string): Uint8Array {
  return hmac(keys.server, exchange);
}

/** SASLprep (RFC 4013) as far as it changes a password that a server accepts. */
function prepared(password: string): string {
  const spaces = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g;
  const nothing = /\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/g;
  return password.replace(spaces, " ").replace(nothing, "").normalize("NFKC");
}

function hmac(key: Uint8Array, text: string): Uint8Array {
  return new Uint8Array(createHmac("sha256", key).update(text, "latin1").digest());
}
