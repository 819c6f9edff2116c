/**
 * JSON Web Tokens: taken apart, so that what they claim can be read without their proof, and signed again where the key is
 * known. Only keys that are shared (HS256 and its like) can be found in an app's surroundings.
 */
import { createHmac } from "node:crypto";

/** The parts of a token in compact form. */
export interface Jwt {
  readonly header: string;
  readonly payload: string;
  /** As it stands, Base64url. */
  readonly signature: string;
}

const COMPACT = /^(ey[\w-]{8,})\.(ey[\w-]*)\.([\w-]*)$/;

/** `undefined` for what is no signed token of JSON, or would not come out the same. */
export function readJwt(text: string): Jwt | undefined {
  const [, head = "", body = "", signature = ""] = COMPACT.exec(text) ?? [];
  if (head === "") return undefined;
  const [header, payload] = [head, body].map((part) => Buffer.from(part, "base64url").toString());
  if (header === undefined || payload === undefined) return undefined;
  if (base64url(header) !== head || base64url(payload) !== body || !isObject(header)) return undefined;
  return { header, payload, signature };
}

const base64url = (text: string): string => Buffer.from(text).toString("base64url");

const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
};

export const writeJwt = ({ header, payload, signature }: Jwt): string =>
  `${base64url(header)}.${base64url(payload)}.${signature}`;

const HASHES: Readonly<Record<string, string>> = { HS256: "sha256", HS384: "sha384", HS512: "sha512" };

/** The signature that this key gives, or `undefined` where the token is not signed by a shared key. */
export function signatureOf({ header, payload }: Omit<Jwt, "signature">, key: string): string | undefined {
  const { alg } = JSON.parse(header) as { readonly alg?: unknown };
  const hash = HASHES[typeof alg === "string" ? alg : ""];
  if (hash === undefined) return undefined;
  const signed = `${base64url(header)}.${base64url(payload)}`;
  return createHmac(hash, key).update(signed).digest("base64url");
}
