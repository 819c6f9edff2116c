/**
 * Whom a server's chain convinces: which of the app's sets of roots it leads to, what is wrong with it, and the leaf that
 * makes an app behind us see the same. Signatures and constraints are the engine's verdict over all roots; here is told
 * which store it was, since the engine is asked but once.
 *
 * A leaf carries the server's own names, so that whatever compares names finds what it would have found.
 */
import { createHash, X509Certificate } from "node:crypto";
import type { Authority, LeafSubject, Validity } from "./authority.ts";
import { addressBytes } from "./address-bytes.ts";
import { distinguishedName } from "./distinguished-name.ts";
import { misnamed, outOfTime, unbelieved } from "./fault-clauses.ts";
import type { TlsFacts } from "./tls-line.ts";
import type { TrustStore } from "./tls-options.ts";

export interface Verdict {
  /** Who signs the leaf: the first store's authority that believes the server, or `null` for the untrusted one. */
  readonly store: TrustStore | null;
  readonly subject: LeafSubject;
  /** Why a verifying client would refuse, as a clause: "its certificate has expired". */
  readonly refusal: string | null;
}

export interface Shown {
  readonly facts: Pick<TlsFacts, "chain" | "verifyError">;
  readonly stores: readonly TrustStore[];
  /** SNI, or the address where the client sent none. */
  readonly asked: string;
}

/** As many chains are remembered; a run meets few. */
const mostKnown = 1000;

/**
 * Judges what servers show, each chain for each name once: a connection's worth of work, and what the engine finds in it
 * does not change. A chain that it finds a fault in is judged anew, since dates pass.
 */
export const createJudge = (stores: readonly TrustStore[]): ((facts: Shown["facts"], asked: string) => Verdict) => {
  const known = new Map<string, Verdict>();
  return (facts, asked) => {
    if (facts.verifyError !== null) return judge({ facts, stores, asked });
    const hash = createHash("sha256");
    for (const der of facts.chain) hash.update(der);
    const name = `${asked} ${facts.chain.map((der) => der.length)} ${hash.digest("base64")}`;
    const verdict = known.get(name) ?? judge({ facts, stores, asked });
    if (known.size >= mostKnown) known.clear();
    known.set(name, verdict);
    return verdict;
  };
};

/** Judges what a server showed. */
export const judge = ({ facts, stores, asked }: Shown): Verdict => {
  const chain = facts.chain.flatMap((der) => certificateOf(der) ?? []);
  const [leaf] = chain;
  if (leaf === undefined) return unreadable(asked);
  const names = namesOf(leaf);
  const isBelieved = facts.verifyError === null || dateErrors.has(facts.verifyError);
  const found = isBelieved ? stores.find((store) => leadsTo(leaf, chain, rootsOf(store), new Set())) : undefined;
  const store = found ?? null;
  // An expired certificate that was sent but is not needed harms nobody: the engine says whether one was.
  const dates = facts.verifyError === null ? inTime : datesOf(isBelieved ? chain : [leaf], Date.now());
  const issuer = store === null ? issuerOf(leaf, chain) : "authority";
  const isForAnother = !isNamed(leaf, asked);
  const called = isForAnother ? (distinguishedName(leaf.subject) ?? undefined) : undefined;
  const clauses = [
    store === null ? unbelieved(issuer, isBelieved ? unknownIssuer : (facts.verifyError ?? unknownIssuer)) : null,
    outOfTime(dates),
    isForAnother ? misnamed(asked, { ...names, distinguishedName: called }) : null,
  ].filter((clause) => clause !== null);
  const refusal = clauses.length === 0 ? null : clauses.join("; ");
  const subject = { ...names, ...dates, issuer, ...(called === undefined ? {} : { distinguishedName: called }) };
  return { store, subject, refusal };
};

/** The authority that signs for a verdict. */
export const authorityOf = (verdict: Verdict, untrusted: Authority): Authority => verdict.store?.authority ?? untrusted;

/** What the engine calls it where it has not found something else first. */
const unknownIssuer = "UNABLE_TO_VERIFY_LEAF_SIGNATURE";

const dateErrors: ReadonlySet<string> = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

const unreadable = (asked: string): Verdict => ({
  store: null,
  subject: { names: addressBytes(asked) === null ? [asked] : [], addresses: [asked], fault: "none" },
  refusal: "it shows no certificate that can be read",
});

const certificateOf = (bytes: Uint8Array | string): X509Certificate | null => {
  try {
    return new X509Certificate(bytes);
  } catch {
    return null;
  }
};

/** Whether a path of signatures goes from `certificate` over what was sent to one of `roots`. */
const leadsTo = (
  certificate: X509Certificate,
  sent: readonly X509Certificate[],
  roots: RootsBySubject,
  passed: Set<string>,
): boolean => {
  passed.add(certificate.fingerprint256);
  const isRoot = roots.get(certificate.subject)?.some((root) => root.fingerprint256 === certificate.fingerprint256);
  if (isRoot === true) return true;
  if (roots.get(certificate.issuer)?.some((root) => isSignedBy(certificate, root)) === true) return true;
  return sent.some(
    (other) =>
      !passed.has(other.fingerprint256) && isSignedBy(certificate, other) && leadsTo(other, sent, roots, passed),
  );
};

const isSignedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean => {
  try {
    return certificate.issuer === issuer.subject && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
};

type RootsBySubject = ReadonlyMap<string, readonly X509Certificate[]>;

const parsed = new WeakMap<TrustStore, RootsBySubject>();

const rootsOf = (store: TrustStore): RootsBySubject => {
  const known = parsed.get(store);
  if (known !== undefined) return known;
  const bySubject = new Map<string, X509Certificate[]>();
  for (const pem of store.roots.flatMap(pemBlocks)) {
    const root = certificateOf(pem);
    if (root !== null) bySubject.set(root.subject, [...(bySubject.get(root.subject) ?? []), root]);
  }
  parsed.set(store, bySubject);
  return bySubject;
};

const pemBlocks = (pem: string): readonly string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

type Dates = Pick<LeafSubject, "fault" | "validity">;

const inTime: Dates = { fault: "none" };

/** What the nearest certificate says that is out of its time. */
const datesOf = (chain: readonly X509Certificate[], now: number): Dates => {
  for (const { validFrom, validTo } of chain) {
    const validity: Validity = { notBefore: Date.parse(validFrom), notAfter: Date.parse(validTo) };
    if (validity.notAfter < now) return { fault: "expired", validity };
    if (validity.notBefore > now) return { fault: "notYetValid", validity };
  }
  return inTime;
};

/** Clients tell a self-signed leaf, a self-signed root beside it and a missing issuer from one another. */
const issuerOf = (leaf: X509Certificate, chain: readonly X509Certificate[]): LeafSubject["issuer"] => {
  if (leaf.issuer === leaf.subject) return "itself";
  return chain.some(({ issuer, subject }) => issuer === subject) ? "authoritySent" : "authority";
};

/** By the alternative names alone: many clients know no other (RFC 9525). Those who go by the common name find it on our leaf. */
const isNamed = (leaf: X509Certificate, asked: string): boolean =>
  addressBytes(asked) === null
    ? leaf.checkHost(asked, { subject: "never" }) !== undefined
    : leaf.checkIP(asked) !== undefined;

/** The names of the alternative names' own kinds; where there are none, the common name is all that a client can go by. */
const namesOf = (leaf: X509Certificate): Omit<LeafSubject, "fault"> => {
  const alternatives = (leaf.subjectAltName ?? "").split(/, (?=[A-Za-z ]+:)/);
  const ofKind = (kind: string): string[] =>
    alternatives.filter((text) => text.startsWith(kind)).map((text) => text.slice(kind.length));
  const commonName = /^CN=(.*)$/m.exec(leaf.subject)?.[1];
  return { names: ofKind("DNS:"), addresses: ofKind("IP Address:"), commonName };
};
