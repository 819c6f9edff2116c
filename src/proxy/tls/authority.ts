/**
 * A certificate authority that lives in memory for one run, and the leaves that it signs: P-256 throughout.
 *
 * Refuses to write a key anywhere: only the authority's certificate is for others (target/trust shows it to the app).
 */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { domainToASCII } from "node:url";
import { buildCertificate, type KeyHolder } from "./certificate.ts";
import { addressBytes } from "./address-bytes.ts";
import type { DistinguishedName } from "./distinguished-name.ts";

/** A certificate and its key, as PEM. */
export interface Leaf {
  /** The leaf, then its authority if the subject says so. */
  readonly certificate: string;
  readonly key: string;
}

/** What shall be wrong with a leaf's dates, so that a client's error is the one that the real server would have caused. */
export type LeafFault = "none" | "expired" | "notYetValid";

/** From when to when, in milliseconds since the epoch. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Whom a leaf stands for. */
export interface LeafSubject {
  /** DNS names; wildcards and Unicode are allowed. */
  readonly names: readonly string[];
  /** IPv4 and IPv6 addresses as text. */
  readonly addresses: readonly string[];
  readonly fault: LeafFault;
  /** The server's own dates for a fault in them, since clients tell them; a day's distance where they are not known. */
  readonly validity?: Validity | undefined;
  /**
   * By whom it is signed: the authority, which a client has to know (its certificate is not sent, as servers do not send
   * their root); the authority, sent along; or nobody but itself. Clients that refuse tell the three from one another.
   */
  readonly issuer?: "authority" | "authoritySent" | "itself" | undefined;
  /** Where it is not the first name: what a client reads that knows no alternative names. */
  readonly commonName?: string | undefined;
  /** The server's own, for a fault with which clients tell it. */
  readonly distinguishedName?: DistinguishedName | undefined;
}

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** The same object for the same subject. */
  leaf(subject: LeafSubject): Leaf;
  /** Leaves are made afresh from here on, with other keys, as in another run. */
  forget(): void;
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
    expired: { ...span, notAfter: new Date(first - dayMs) },
    notYetValid: { ...span, notBefore: new Date(last + dayMs) },
  };
  const issuer: KeyHolder = { commonName: name, key: createKey() };
  const certificate = buildCertificate({ ...span, subject: issuer, issuer, server: null });
  const leaves = new Map<string, Leaf>();
  const build = (subject: LeafSubject): Leaf => {
    const holder = { commonName: commonNameOf(subject), name: subject.distinguishedName, key: createKey() };
    const { fault, validity } = subject;
    const own = fault === "none" || validity === undefined ? null : validity;
    const leaf = buildCertificate({
      ...(own === null ? spans[fault] : { notBefore: new Date(own.notBefore), notAfter: new Date(own.notAfter) }),
      subject: holder,
      issuer: subject.issuer === "itself" ? holder : issuer,
      server: alternativesOf(subject),
    });
    const key = holder.key.export({ type: "pkcs8", format: "pem" }).toString();
    return { certificate: subject.issuer === "authoritySent" ? leaf + certificate : leaf, key };
  };
  return {
    certificate,
    leaf(subject) {
      const known = knownAs(subject);
      const leaf = leaves.get(known) ?? build(subject);
      leaves.set(known, leaf);
      const [eldest] = leaves.keys();
      if (leaves.size > keptLeaves && eldest !== undefined) leaves.delete(eldest);
      return leaf;
    },
    forget: () => leaves.clear(),
  };
};

const knownAs = (subject: LeafSubject): string => {
  const { fault, validity, issuer, commonName, distinguishedName, names, addresses } = subject;
  const dates = [validity?.notBefore, validity?.notAfter];
  return JSON.stringify([fault, dates, issuer, commonName, distinguishedName, names, addresses]);
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
