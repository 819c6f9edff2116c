/**
 * SCRAM (RFC 5802, RFC 7677): its messages, and what a password proves about an exchange of them. Texts are bytes in
 * Latin-1, so that what was sent is what is signed. The server's side of an exchange is in `scram-server.ts`.
 *
 *     client   n,,n=user,r=nonce                  header and bare message
 *     server   r=nonce and more,s=salt,i=rounds
 *     client   c=biws,r=nonce and more,p=proof
 *     server   v=signature
 */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";

export type Hash = "sha1" | "sha256";

/** What a password is worth with one salt; both ends know it, and neither sends it. */
export interface ScramKeys {
  readonly hash: Hash;
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** How a server keeps a password. */
export interface Salted {
  readonly hash: Hash;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

export interface ClientFirst {
  /** Whether and how the client binds the exchange to its channel, and as whom it wants to act. */
  readonly header: string;
  readonly bare: string;
  /** As it is spelt there. */
  readonly user: string;
  readonly nonce: string;
}

export interface ServerFirst {
  readonly nonce: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

export interface ClientFinal {
  readonly unproven: string;
  readonly proof: Uint8Array;
}

/** Undefined for anything that is no such message, as for the other two. */
export function readClientFirst(text: string): ClientFirst | undefined {
  // gs2-cbind-flag "," [authzid] "," "n=" saslname ",r=" nonce [extensions]
  const found = /^([^,]*,[^,]*,)(n=([^,]*),r=([^,]+)[^]*)$/.exec(text);
  if (found === null) return undefined;
  const [, header = "", bare = "", user = "", nonce = ""] = found;
  return { header, bare, user, nonce };
}

export function readServerFirst(text: string): ServerFirst | undefined {
  // "r=" nonce ",s=" base64 ",i=" posit-number [extensions]
  const found = /^r=([^,]+),s=([A-Za-z0-9+/=]+),i=([1-9][0-9]{0,8})(?:,|$)/.exec(text);
  if (found === null) return undefined;
  const [, nonce = "", salt = "", iterations] = found;
  return { nonce, salt: Buffer.from(salt, "base64"), iterations: Number(iterations) };
}

export function readClientFinal(text: string): ClientFinal | undefined {
  // "c=" base64 ",r=" nonce [extensions] ",p=" base64
  const found = /^(c=[^,]*,r=[^,]*(?:,[^p][^,]*)*),p=([A-Za-z0-9+/=]+)$/.exec(text);
  if (found === null) return undefined;
  const [, unproven = "", proof = ""] = found;
  return { unproven, proof: Buffer.from(proof, "base64") };
}

export const serverFirst = ({ nonce, salt, iterations }: ServerFirst): string =>
  `r=${nonce},s=${base64(salt)},i=${iterations}`;

/** The server's last message, by which it proves itself in return. */
export const serverFinal = (keys: ScramKeys, exchange: string): string =>
  `v=${base64(hmac(keys.hash, keys.server, exchange))}`;

export const clientFinal = ({ unproven, proof }: ClientFinal): string => `${unproven},p=${base64(proof)}`;

export function scramKeys(password: string, { hash, salt, iterations }: Salted): ScramKeys {
  const salted = pbkdf2Sync(prepared(password), salt, iterations, hash === "sha1" ? 20 : 32, hash);
  return { hash, client: hmac(hash, salted, "Client Key"), server: hmac(hash, salted, "Server Key") };
}

/** The client's proof; `exchange` is its first message without header, the server's first, its last without proof. */
export function proofOf({ hash, client }: ScramKeys, exchange: string): Uint8Array {
  const signature = hmac(hash, createHash(hash).update(client).digest(), exchange);
  return client.map((byte, at) => byte ^ (signature[at] ?? 0));
}

/** Whether who has these keys made that proof. */
export function isProof(keys: ScramKeys, exchange: string, proof: Uint8Array): boolean {
  return proof.length === keys.client.length && timingSafeEqual(proofOf(keys, exchange), proof);
}

/** SASLprep (RFC 4013) as far as it changes a password that a server accepts. */
function prepared(password: string): string {
  const spaces = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g;
  const nothing = /\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/g;
  return password.replace(spaces, " ").replace(nothing, "").normalize("NFKC");
}

function hmac(hash: Hash, key: Uint8Array, text: string): Uint8Array {
  return new Uint8Array(createHmac(hash, key).update(text, "latin1").digest());
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
