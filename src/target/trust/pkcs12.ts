/**
 * PKCS12 stores: their certificates, and more of them, marked as trusted the way Java wants it. What is in a store
 * stays as it is, encrypted or not; what is added stands beside it in clear, and the seal over all of it is made again.
 *
 *     PFX ::= { 3, { data, [0] OCTET STRING of AuthenticatedSafe }, MacData OPTIONAL }          RFC 7292, 4
 *     AuthenticatedSafe ::= { ContentInfo* }      ContentInfo ::= { data | encryptedData, [0] … }
 *     data holds an OCTET STRING of { SafeBag* }  SafeBag ::= { type, [0] value, [attributes] }
 *     MacData ::= { { { algorithm }, OCTET STRING digest }, OCTET STRING salt, [iterations] }
 */
import { createHmac } from "node:crypto";
import { FormatError } from "../../core/errors.ts";
import { elementAt, elements, encoded, isSame, oid, Tag } from "./der.ts";

const DATA = oid("1.2.840.113549.1.7.1");
const KEY_BAGS = [oid("1.2.840.113549.1.12.10.1.1"), oid("1.2.840.113549.1.12.10.1.2")];
const CERTIFICATE_BAG = oid("1.2.840.113549.1.12.10.1.3");
const X509 = oid("1.2.840.113549.1.9.22.1");
const FRIENDLY_NAME = oid("1.2.840.113549.1.9.20");
/** Java's: without it, a certificate is part of somebody's chain and trusted by nobody. */
const TRUSTED_KEY_USAGE = oid("2.16.840.1.113894.746875.1.1");
const ANY_USAGE = oid("2.5.29.37.0");

/** A store that could be read. */
export interface Pkcs12 {
  readonly certificates: readonly Uint8Array[];
  readonly hasKeys: boolean;
  /** The password that opened it; `null` where it has neither seal nor cipher. */
  readonly password: string | null;
}

export function isPkcs12(bytes: Uint8Array): boolean {
  // Text would be taken apart to its end.
  if (bytes[0] !== Tag.sequence) return false;
  try {
    const [version, content] = elements(elementAt(bytes, 0).content);
    return version?.content[0] === 3 && content !== undefined && isSame(elementAt(content.content, 0).whole, DATA);
  } catch {
    return false;
  }
}

const safeOf = (bytes: Uint8Array): Uint8Array => elementAt(bytes, 0, 1, 1, 0).content;

/** Opens it with the first password that fits; `undefined` where none does. */
export async function readPkcs12(bytes: Uint8Array, passwords: readonly string[]): Promise<Pkcs12 | undefined> {
  const infos = elements(elementAt(safeOf(bytes), 0).content).map(({ content }) => content);
  const isSealed = elements(elementAt(bytes, 0).content).length > 2;
  if (!isSealed && infos.every((info) => isSame(elementAt(info, 0).whole, DATA))) {
    return { ...bagsOf(infos.map((info) => elementAt(info, 1, 0).content)), password: null };
  }
  for (const password of passwords) {
    const opened = await openWith(bytes, password);
    if (opened !== undefined) return { ...opened, password };
  }
  return undefined;
}

function bagsOf(contents: readonly Uint8Array[]): Omit<Pkcs12, "password"> {
  const bags = contents.flatMap((content) => elements(elementAt(content, 0).content).map((bag) => bag.content));
  const isOf = (bag: Uint8Array, type: Uint8Array): boolean => isSame(elementAt(bag, 0).whole, type);
  const certificates = bags
    .filter((bag) => isOf(bag, CERTIFICATE_BAG))
    .map((bag) => elementAt(bag, 1, 0, 1, 0).content);
  return { certificates, hasKeys: bags.some((bag) => KEY_BAGS.some((type) => isOf(bag, type))) };
}

/** node-forge knows the ciphers, RC2 among them; it is large, and seldom needed. */
async function openWith(bytes: Uint8Array, password: string): Promise<Omit<Pkcs12, "password"> | undefined> {
  const { default: forge } = await import("node-forge");
  try {
    const store = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(latin1(bytes)), password);
    const bags = store.safeContents.flatMap(({ safeBags }) => safeBags);
    const { certBag, keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids;
    const certificates = bags
      .filter(({ type }) => type === certBag)
      .map((bag) => bag.asn1 ?? (bag.cert ? forge.pki.certificateToAsn1(bag.cert) : null))
      .filter((certificate) => certificate !== null)
      .map((certificate) => Uint8Array.from(Buffer.from(forge.asn1.toDer(certificate).getBytes(), "latin1")));
    return { certificates, hasKeys: bags.some(({ type }) => type === keyBag || type === pkcs8ShroudedKeyBag) };
  } catch {
    return undefined;
  }
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** The store with these trusted too; `password` is the one that opened it. */
export async function addToPkcs12(
  bytes: Uint8Array,
  added: readonly { readonly name: string; readonly der: Uint8Array }[],
  password: string | null,
): Promise<Uint8Array> {
  const bags = encoded(Tag.sequence, ...added.map(trustedBag));
  const info = dataInfo(bags);
  const [version, , seal] = elements(elementAt(bytes, 0).content);
  const safe = encoded(Tag.sequence, elementAt(safeOf(bytes), 0).content, info);
  const sealed = seal === undefined || password === null ? [] : [await sealOf(seal.content, safe, password)];
  return encoded(Tag.sequence, version?.whole ?? new Uint8Array(), dataInfo(safe), ...sealed);
}

const dataInfo = (content: Uint8Array): Uint8Array =>
  encoded(Tag.sequence, DATA, encoded(Tag.explicit0, encoded(Tag.octets, content)));

/** A store without anything in it, and without a seal: any password opens it. */
export const emptyPkcs12 = (): Uint8Array =>
  encoded(Tag.sequence, encoded(Tag.integer, Uint8Array.of(3)), dataInfo(encoded(Tag.sequence)));

function trustedBag({ name, der }: { readonly name: string; readonly der: Uint8Array }): Uint8Array {
  const value = encoded(Tag.sequence, X509, encoded(Tag.explicit0, encoded(Tag.octets, der)));
  const friendly = encoded(Tag.bmp, Buffer.from(name, "utf16le").swap16());
  const attributes = [
    encoded(Tag.sequence, FRIENDLY_NAME, encoded(Tag.set, friendly)),
    encoded(Tag.sequence, TRUSTED_KEY_USAGE, encoded(Tag.set, ANY_USAGE)),
  ];
  return encoded(Tag.sequence, CERTIFICATE_BAG, encoded(Tag.explicit0, value), encoded(Tag.set, ...attributes));
}

const HASHES = new Map(
  Object.entries({
    sha1: "1.3.14.3.2.26",
    sha256: "2.16.840.1.101.3.4.2.1",
    sha384: "2.16.840.1.101.3.4.2.2",
    sha512: "2.16.840.1.101.3.4.2.3",
  } as const).map(([name, dotted]) => [latin1(oid(dotted)), name as "sha1" | "sha256" | "sha384" | "sha512"]),
);

type KeyMaker = (
  password: string,
  salt: object,
  purpose: 3,
  iterations: number,
  length: number,
  digest: object,
) => { getBytes(): string };

/** RFC 7292, appendix B: the seal's key comes from the password by a scheme of PKCS12's own. */
async function sealOf(mac: Uint8Array, safe: Uint8Array, password: string): Promise<Uint8Array> {
  const { default: forge } = await import("node-forge");
  const algorithm = elementAt(mac, 0, 0);
  const hash = HASHES.get(latin1(elementAt(algorithm.content, 0).whole));
  if (hash === undefined) throw new FormatError("format.bytes", "This store is sealed in a way not known here.", "MAC");
  const [, salt, count] = elements(mac);
  const iterations = count === undefined ? 1 : Number.parseInt(Buffer.from(count.content).toString("hex"), 16);
  const digest = forge.md[hash].create();
  const saltBytes = forge.util.createBuffer(latin1(salt?.content ?? new Uint8Array()));
  // Its types leave the function out.
  const { generateKey } = forge.pkcs12 as unknown as { generateKey: KeyMaker };
  const key = generateKey(password, saltBytes, 3, iterations, digest.digestLength, digest).getBytes();
  const value = createHmac(hash, Buffer.from(key, "latin1")).update(safe).digest();
  const sealed = encoded(Tag.sequence, algorithm.whole, encoded(Tag.octets, value));
  return encoded(Tag.sequence, sealed, salt?.whole ?? new Uint8Array(), count?.whole ?? new Uint8Array());
}
