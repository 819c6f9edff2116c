/**
 * Builds X.509 certificates as RFC 5280 wants them, so that strict verifiers accept them as well: key identifiers, usages
 * and alternative names. Keys and signatures are node:crypto's; the public key goes in as it exports it.
 *
 * Refuses to choose: names, instants and whose key signs are authority.ts's.
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from "node:crypto";
import { attributeOids, type DistinguishedName } from "./distinguished-name.ts";
import {
  type Asn1,
  bits,
  decodeDer,
  encodeDer,
  integer,
  octets,
  oid,
  sequence,
  set,
  tagged,
  taggedBytes,
  time,
  utf8,
  yes,
} from "./der.ts";

/** A common name with the private key that goes with it. */
export interface KeyHolder {
  readonly commonName: string;
  /** All that it is called, where that is not the common name and ours. */
  readonly name?: DistinguishedName | undefined;
  readonly key: KeyObject;
}

export interface CertificateOptions {
  readonly subject: KeyHolder;
  readonly issuer: KeyHolder;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** `null` for an authority, which may sign leaves and nothing else. */
  readonly server: {
    /** In ASCII. */
    readonly names: readonly string[];
    /** 4 or 16 bytes each. */
    readonly addresses: readonly Uint8Array[];
  } | null;
}

const Oid = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

/** Tags of GeneralName (RFC 5280, 4.2.1.6). */
const GeneralName = { dns: 2, address: 7 } as const;

/** Bits of KeyUsage (RFC 5280, 4.2.1.3): the byte, and how many of its low bits mean nothing. */
const KeyUsage = { certAndCrlSign: [0x06, 1], digitalSignature: [0x80, 7] } as const;

/** The certificate as PEM. */
export const buildCertificate = (options: CertificateOptions): string => {
  const { subject, issuer } = options;
  const algorithm = (): Asn1 => sequence(oid(Oid.ecdsaWithSha256));
  const body = sequence(
    tagged(0, integer(Uint8Array.of(2))),
    integer(serialNumber()),
    algorithm(),
    nameOf(issuer),
    sequence(time(options.notBefore), time(options.notAfter)),
    nameOf(subject),
    decodeDer(publicKeyInfo(subject.key)),
    tagged(3, sequence(...extensions(options))),
  );
  const signature = sign("sha256", encodeDer(body), issuer.key);
  return pem(encodeDer(sequence(body, algorithm(), bits(signature))));
};

/** Positive, of 20 bytes at most, and never the same twice: clients remember serials. */
const serialNumber = (): Uint8Array => {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
};

const nameOf = ({ commonName, name = ownName(commonName) }: KeyHolder): Asn1 =>
  sequence(...name.map(([attribute, value]) => set(sequence(oid(attributeOids[attribute]), utf8(value)))));

const ownName = (commonName: string): DistinguishedName => [
  ["O", "Reprise"],
  ["CN", commonName],
];

const extensions = ({ subject, issuer, server }: CertificateOptions): Asn1[] => {
  const [usage, unused] = server === null ? KeyUsage.certAndCrlSign : KeyUsage.digitalSignature;
  const identifiers = [
    extension(Oid.subjectKeyIdentifier, octets(keyIdentifier(subject.key))),
    extension(Oid.authorityKeyIdentifier, sequence(taggedBytes(0, keyIdentifier(issuer.key)))),
  ];
  const keyUsage = critical(Oid.keyUsage, bits(Uint8Array.of(usage), unused));
  if (server === null) {
    const constraints = sequence(yes(), integer(Uint8Array.of(0)));
    return [critical(Oid.basicConstraints, constraints), keyUsage, ...identifiers];
  }
  const names = server.names.map((name) => taggedBytes(GeneralName.dns, Buffer.from(name, "latin1")));
  const addresses = server.addresses.map((bytes) => taggedBytes(GeneralName.address, bytes));
  const alternatives = [...names, ...addresses];
  return [
    critical(Oid.basicConstraints, sequence()),
    // BoringSSL takes nobody for its own issuer whose usage leaves signing out.
    ...(subject === issuer ? [] : [keyUsage]),
    extension(Oid.extendedKeyUsage, sequence(oid(Oid.serverAuth))),
    ...(alternatives.length > 0 ? [extension(Oid.subjectAltName, sequence(...alternatives))] : []),
    ...identifiers,
  ];
};

const extension = (id: string, value: Asn1): Asn1 => sequence(oid(id), octets(encodeDer(value)));
const critical = (id: string, value: Asn1): Asn1 => sequence(oid(id), yes(), octets(encodeDer(value)));

/** SubjectPublicKeyInfo of a private key's other half. */
const publicKeyInfo = (key: KeyObject): Uint8Array => createPublicKey(key).export({ type: "spki", format: "der" });

/** RFC 5280, 4.2.1.2 (1), but over the whole SubjectPublicKeyInfo: any unique value will do. */
const keyIdentifier = (key: KeyObject): Uint8Array => createHash("sha1").update(publicKeyInfo(key)).digest();

const pem = (der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
};
