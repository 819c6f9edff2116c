/**
 * The pieces of DER that a certificate is made of, over node-forge's ASN.1. Knows no certificate; certificate.ts does.
 *
 * node-forge holds bytes in strings, one character each; nothing of that leaves this file but inside an `Asn1`.
 */
import { type asn1 as Asn1Module } from "node-forge";
import asn1 from "node-forge/lib/asn1.js";

export type Asn1 = Asn1Module.Asn1;

const Class = { universal: 0x00, context: 0x80 } as const;

const primitive = (type: number, value: string): Asn1 => asn1.create(Class.universal, type, false, value);
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

export const sequence = (...parts: readonly Asn1[]): Asn1 =>
  asn1.create(Class.universal, asn1.Type.SEQUENCE, true, [...parts]);

export const set = (...parts: readonly Asn1[]): Asn1 => asn1.create(Class.universal, asn1.Type.SET, true, [...parts]);

/** From "2.5.29.17". */
export const oid = (dotted: string): Asn1 => primitive(asn1.Type.OID, asn1.oidToDer(dotted).getBytes());

/** A whole number as its big-endian bytes, the first below 0x80. */
export const integer = (bytes: Uint8Array): Asn1 => primitive(asn1.Type.INTEGER, latin1(bytes));

/** `true`; DER leaves out a `false` that is the default. */
export const yes = (): Asn1 => primitive(asn1.Type.BOOLEAN, "\xff");

export const octets = (bytes: Uint8Array): Asn1 => primitive(asn1.Type.OCTETSTRING, latin1(bytes));

/** Bits of which the last byte leaves `unused` over. */
export const bits = (bytes: Uint8Array, unused = 0): Asn1 =>
  primitive(asn1.Type.BITSTRING, String.fromCharCode(unused) + latin1(bytes));

export const utf8 = (text: string): Asn1 => primitive(asn1.Type.UTF8, latin1(Buffer.from(text, "utf8")));

/** RFC 5280, 4.1.2.5: UTCTime as far as 2049, GeneralizedTime from then on. */
export const time = (at: Date): Asn1 => {
  const digits = at
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:T]/g, "");
  if (at.getUTCFullYear() >= 2050) return primitive(asn1.Type.GENERALIZEDTIME, digits);
  return primitive(asn1.Type.UTCTIME, digits.slice(2));
};

/** A context tag around `parts`, or in place of the type of `bytes`. */
export const tagged = (tag: number, ...parts: readonly Asn1[]): Asn1 =>
  asn1.create(Class.context, tag, true, [...parts]);
export const taggedBytes = (tag: number, bytes: Uint8Array): Asn1 =>
  asn1.create(Class.context, tag, false, latin1(bytes));

export const encodeDer = (value: Asn1): Uint8Array =>
  new Uint8Array(Buffer.from(asn1.toDer(value).getBytes(), "latin1"));

/** Throws on what is no DER. */
export const decodeDer = (bytes: Uint8Array): Asn1 => asn1.fromDer(latin1(bytes));
