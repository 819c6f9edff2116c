/**
 * The forms in which a program may hold a server's certificate as a pin: the certificate, and fingerprints of it and of its
 * key, as bytes, hexadecimal digits and Base64, of one or two bytes a character.
 *
 * Refuses what programs hold anyway: trust stores hold whole roots, some with their fingerprints beside them, libraries keep
 * fingerprints of every certificate that they have checked, and certificates name keys by theirs. So of roots only their
 * keys' fingerprints count, and of what stands between them and the server only what no library is known to keep.
 */
import { createHash, X509Certificate } from "node:crypto";
import type { ShownChain } from "../core/shown-chain.ts";
import { LEAST_BYTES, type Sought } from "./program-search.ts";
import { certificatesIn, fingerprint } from "./trust/certificates.ts";

/** A form of something that is of that server alone, and what it is in words. */
export interface Evidence extends Sought {
  readonly what: string;
}

const HASHES = ["sha256", "sha1", "sha512"] as const;
/** What a line of PEM holds. */
const PEM_LINE_BYTES = 48;
/** So much of a digest lies in one piece where a compiler makes constants of it. */
const PIECE_BYTES = 16;

/** The certificates that the app may hold without a pin. */
export class KnownRoots {
  readonly #pems: readonly string[];
  /** Of the app itself: it holds it to show it. */
  readonly #own: string | null;
  #bySubject: Map<string, Uint8Array[]> | null = null;
  readonly #fingerprints = new Set<string>();

  constructor(pems: readonly string[], own: Uint8Array | null) {
    this.#pems = pems;
    this.#own = own === null ? null : fingerprint(own);
  }

  isRoot(der: Uint8Array): boolean {
    this.#read();
    return this.#fingerprints.has(fingerprint(der));
  }

  isOwn(der: Uint8Array): boolean {
    return fingerprint(der) === this.#own;
  }

  /** Roots that may have signed that certificate. */
  issuersOf(certificate: X509Certificate): readonly Uint8Array[] {
    return this.#read().get(certificate.issuer) ?? [];
  }

  #read(): Map<string, Uint8Array[]> {
    if (this.#bySubject !== null) return this.#bySubject;
    const bySubject = new Map<string, Uint8Array[]>();
    for (const der of this.#pems.flatMap(certificatesIn)) {
      const subject = read(der)?.subject;
      this.#fingerprints.add(fingerprint(der));
      if (subject !== undefined) bySubject.set(subject, [...(bySubject.get(subject) ?? []), der]);
    }
    this.#bySubject = bySubject;
    return bySubject;
  }
}

/** All that a program could know that server by. */
export function evidenceOf({ chain, isBelieved }: ShownChain, roots: KnownRoots): Evidence[] {
  const sent = chain.flatMap((der, index) => ofSent(der, index, isBelieved, roots));
  const above = chain.flatMap((der) => {
    const certificate = read(der);
    return certificate === null ? [] : roots.issuersOf(certificate);
  });
  const keys = above.flatMap((der) => ofKey(der, "the key of its root"));
  const seen = new Set<string>();
  return [...sent, ...keys].filter(({ bytes, isOfProgram }) => {
    const text = `${isOfProgram} ${Buffer.from(bytes).toString("latin1")}`;
    return bytes.length >= LEAST_BYTES && !seen.has(text) && seen.add(text) !== null;
  });
}

function ofSent(der: Uint8Array, index: number, isBelieved: boolean, roots: KnownRoots): Evidence[] {
  const isLeaf = index === 0;
  const whose = isLeaf ? "the server's" : "its issuer's";
  const ofTheKey = ofKey(der, `${whose} key`);
  if (roots.isRoot(der) || roots.isOwn(der)) return roots.isOwn(der) ? [] : ofTheKey;
  const digests = HASHES.flatMap((hash) => {
    const forms = formsOf(createHash(hash).update(der).digest());
    // OpenSSL keeps the one, Java the other of whatever was checked once.
    const isKept = (form: Form): boolean => (hash === "sha1" && form.is === "raw") || form.is === "upper";
    const telling = isLeaf ? forms : forms.filter((form) => !isKept(form));
    return telling.map(({ bytes }) => ({ bytes, isOfProgram: false, what: `${named(hash)} of ${whose} certificate` }));
  });
  return [...ofTheKey, ...digests, ...(isLeaf || !isBelieved ? wholeOf(der, `${whose} certificate`) : [])];
}

function ofKey(der: Uint8Array, whose: string): Evidence[] {
  const key = read(der)?.publicKey.export({ type: "spki", format: "der" });
  if (key === undefined) return [];
  return HASHES.flatMap((hash) => {
    const forms = formsOf(createHash(hash).update(key).digest());
    // Certificates themselves name keys by it: their own and their issuer's (RFC 5280, 4.2.1.2).
    const telling = hash === "sha1" ? forms.filter(({ is }) => is === "other") : forms;
    return telling.map(({ bytes }) => ({ bytes, what: `${named(hash)} of ${whose}`, isOfProgram: false }));
  });
}

/** Its last bytes, which are the signature's: as they are, and as a line of PEM. A source that holds them may be the server's. */
function wholeOf(der: Uint8Array, what: string): Evidence[] {
  const line = Math.floor(der.length / PEM_LINE_BYTES) * PEM_LINE_BYTES;
  const text = Buffer.from(der.subarray(line - PEM_LINE_BYTES, line)).toString("base64");
  const forms = [der.subarray(-PEM_LINE_BYTES), ...ofText(text)];
  return forms.map((bytes) => ({ bytes, what, isOfProgram: true }));
}

interface Form {
  readonly is: "raw" | "upper" | "other";
  readonly bytes: Uint8Array;
}

function formsOf(digest: Buffer): Form[] {
  const hex = digest.toString("hex");
  const colons = hex.replace(/..(?=.)/g, "$&:");
  // Ways to write Base64 differ in how they end.
  const withoutRest = Math.floor((digest.length * 4) / 3);
  const base64 = digest.toString("base64").slice(0, withoutRest);
  const base64url = digest.toString("base64url").slice(0, withoutRest);
  const others = [hex, colons, colons.toUpperCase(), base64, base64url].flatMap(ofText);
  return [
    { is: "raw", bytes: digest.subarray(0, PIECE_BYTES) },
    ...ofText(hex.toUpperCase()).map((bytes) => ({ is: "upper" as const, bytes })),
    ...others.map((bytes) => ({ is: "other" as const, bytes })),
  ];
}

/** As run times hold text: a byte or two a character. */
const ofText = (text: string): Uint8Array[] => [Buffer.from(text, "latin1"), Buffer.from(text, "utf16le")];

const named = (hash: string): string => hash.toUpperCase().replace("SHA", "SHA-");

function read(der: Uint8Array): X509Certificate | null {
  try {
    return new X509Certificate(der);
  } catch {
    return null;
  }
}
