/**
 * A certificate authority that lives in memory for one run, and the leaves that it signs: P-256 throughout.
 *
 * Refuses to write a key anywhere: only the authority's certificate is for others (target/trust shows it to the app).
 */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { domainToASCII } from "node:url";
import { buildCertificate, type KeyHolder } from "./certificate.ts";
import { addressBytes } from "./address-bytes.ts";

/** A certificate and its key, as PEM. */
export interface Leaf {
  /** The leaf, then its authority unless the subject's fault is that nobody knows its issuer. */
  readonly certificate: string;
  readonly key: string;
}

/** What shall be wrong with a leaf, so that a client's error is the one that the real server would have caused. */
export type LeafFault = "none" | "expired" | "notYetValid" | "selfSigned" | "issuerNotSent";

/** Whom a leaf stands for. */
export interface LeafSubject {
  /** DNS names; wildcards and Unicode are allowed. */
  readonly names: readonly string[];
  /** IPv4 and IPv6 addresses as text. */
  readonly addresses: readonly string[];
  readonly fault: LeafFault;
  /** Where it is not the first name: what a client reads that knows no alternative names. */
  readonly commonName?: string | undefined;
}

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** The same object for the same subject. */
  leaf(subject: LeafSubject): Leaf;
}

export interface AuthorityOptions {
  /** The common name. */
  readonly name: string;
  /** Milliseconds since the epoch; what is signed is valid from a year before the first to a year after the last. */
  readonly instants: readonly number[];
}

/** Leaves kept per authority; past it the least recently made one goes, and is made afresh when it is asked for. */
const keptLeaves = 4096;

const dayMs = 24 * 60 * 60 * 1000;

/** RFC 5280's bound on a common name. */
const commonNameLength = 64;

/** Makes a key and its certificate; no two authorities share either. */
export const createAuthority = ({ name, instants }: AuthorityOptions): Authority => {
  const first = Math.min(...instants);
  const last = Math.max(...instants);
  const span = { notBefore: new Date(first - 365 * dayMs), notAfter: new Date(last + 365 * dayMs) };
  const spans: Readonly<Record<LeafFault, typeof span>> = {
    none: span,
    selfSigned: span,
    issuerNotSent: span,
    expired: { ...span, notAfter: new Date(first - dayMs) },
    notYetValid: { ...span, notBefore: new Date(last + dayMs) },
  };
  const issuer: KeyHolder = { commonName: name, key: createKey() };
  const certificate = buildCertificate({ ...span, subject: issuer, issuer, server: null });
  const leaves = new Map<string, Leaf>();
  const build = (subject: LeafSubject): Leaf => {
    const holder = { commonName: commonNameOf(subject), key: createKey() };
    const leaf = buildCertificate({
      ...spans[subject.fault],
      subject: holder,
      issuer: subject.fault === "selfSigned" ? holder : issuer,
      server: alternativesOf(subject),
    });
    const isAlone = subject.fault === "selfSigned" || subject.fault === "issuerNotSent";
    const key = holder.key.export({ type: "pkcs8", format: "pem" }).toString();
    return { certificate: isAlone ? leaf : leaf + certificate, key };
  };
  return {
    certificate,
    leaf(subject) {
      const known = JSON.stringify([subject.fault, subject.commonName, subject.names, subject.addresses]);
      const leaf = leaves.get(known) ?? build(subject);
      leaves.set(known, leaf);
      const [eldest] = leaves.keys();
      if (leaves.size > keptLeaves && eldest !== undefined) leaves.delete(eldest);
      return leaf;
    },
  };
};

const createKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

const commonNameOf = ({ commonName, names, addresses }: LeafSubject): string => {
  const wanted = commonName ?? names[0] ?? addresses[0] ?? "";
  return wanted.length > 0 && wanted.length <= commonNameLength ? wanted : "server";
};

/** A name that is an address counts as both: some clients look for one, some for the other. */
const alternativesOf = (subject: LeafSubject): { names: string[]; addresses: Uint8Array[] } => {
  const names = new Set(subject.names.map(asciiName));
  const addresses = [...subject.addresses, ...names].map(addressBytes).filter((bytes) => bytes !== null);
  const distinct = new Map(addresses.map((bytes) => [bytes.join("."), bytes]));
  return { names: [...names], addresses: [...distinct.values()] };
};

/** Punycode for what is not ASCII; a name that is none at all stays as it was asked for. */
const asciiName = (name: string): string => domainToASCII(name) || name.replaceAll(/[^\x20-\x7e]/g, "?");
