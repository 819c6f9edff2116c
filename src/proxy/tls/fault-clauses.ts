/**
 * What is wrong with a server's certificate, in words: clauses for a person that hold all that it takes to make a leaf with
 * the same fault. A recording keeps them, and replay reads them again; nothing else says what they look like.
 */
import { isIP } from "node:net";
import type { LeafSubject } from "./authority.ts";
import { nameFrom, nameText } from "./distinguished-name.ts";

type Named = Pick<LeafSubject, "names" | "addresses" | "commonName" | "distinguishedName">;

/** What a leaf takes over from the server's. */
export interface CertificateFault extends Pick<LeafSubject, "fault" | "validity" | "issuer"> {
  /** No roots of the app's lead to its issuer. */
  readonly isUntrusted: boolean;
  /** For whom it is, where that is somebody else; null where it is for whom it should be. */
  readonly named: Named | null;
}

/** A certificate of a large site stands for a hundred names. */
const mostNames = 32;

const ownCode = "DEPTH_ZERO_SELF_SIGNED_CERT";
const sentCode = "SELF_SIGNED_CERT_IN_CHAIN";

/** `reason` is the engine's, where the certificates themselves do not tell. */
export const unbelieved = (issuer: LeafSubject["issuer"], reason: string): string =>
  `no store of the app's leads to its issuer (${issuer === "itself" ? ownCode : issuer === "authoritySent" ? sentCode : reason})`;

export const outOfTime = ({ fault, validity }: Pick<LeafSubject, "fault" | "validity">): string | null => {
  if (fault === "none") return null;
  const span = validity === undefined ? "" : ` (${textOf(validity.notBefore)} to ${textOf(validity.notAfter)})`;
  return `its certificate ${fault === "expired" ? "has expired" : "is not valid yet"}${span}`;
};

export const misnamed = (asked: string, { names, addresses, commonName, distinguishedName }: Named): string => {
  const known = [...names, ...addresses];
  const others = known.length === 0 && commonName !== undefined ? [`CN=${commonName}`] : known.slice(0, mostNames);
  const of = distinguishedName === undefined ? "" : ` (${nameText(distinguishedName)})`;
  return `its certificate is not for ${asked}${others.length === 0 ? "" : ` but for ${others.join(", ")}`}${of}`;
};

/** What a client refuses that goes by others; `store` is the app's own file of roots. */
export const believedBy = (store: string): string => `only the roots of ${store} lead to its issuer`;

/** Whether that is all that is wrong: those who go by that file find nothing. */
export const isBelievedBySome = (text: string): boolean => believedClause.test(text) && !provenClause.test(text);

const believedClause = /only the roots of .* lead to its issuer/;
const provenClause = /no store of the app's|its certificate (?:has expired|is not)|it shows no certificate/;

/** Reserved: nobody asks for it (RFC 2606). */
const nobody = "another-name.invalid";

/** Reads what the others have written, wherever it stands in a sentence; null where none of it does. */
export const readFault = (text: string): CertificateFault | null => {
  const code = /no store of the app's leads to its issuer \(([^)]*)\)/.exec(text)?.[1] ?? null;
  const isUntrusted = code !== null || /it shows no certificate that/.test(text) || believedClause.test(text);
  const dates = /its certificate (has expired|is not valid yet)(?: \((\S+) to (\S+?)\))?/.exec(text);
  const name = /its certificate is not for \S+?(?: but for ([^;]*?))?(?: \(([A-Za-z]+=[^();]*)\))?(?:;|$)/.exec(text);
  if (!isUntrusted && dates === null && name === null) return null;
  return {
    isUntrusted,
    issuer: code === ownCode ? "itself" : code === sentCode ? "authoritySent" : "authority",
    ...datesIn(dates),
    named: name === null ? null : { ...namedIn(name[1] ?? nobody), ...calledIn(name[2]) },
  };
};

/** Whether nothing is wrong but the issuer, whom the app may know from roots that nobody else has found. */
export const mayBeKnownToApp = (text: string): boolean => {
  const found = readFault(text);
  return found?.isUntrusted === true && found.issuer !== "itself" && found.fault === "none" && found.named === null;
};

const datesIn = (found: RegExpExecArray | null): Pick<LeafSubject, "fault" | "validity"> => {
  if (found === null) return { fault: "none" };
  const [notBefore, notAfter] = [Date.parse(found[2] ?? ""), Date.parse(found[3] ?? "")];
  const fault = found[1] === "has expired" ? "expired" : "notYetValid";
  return Number.isNaN(notBefore + notAfter) ? { fault } : { fault, validity: { notBefore, notAfter } };
};

const namedIn = (list: string): Named => {
  if (list.startsWith("CN=")) return { names: [], addresses: [], commonName: list.slice("CN=".length) };
  const all = list.split(", ");
  return { names: all.filter((each) => isIP(each) === 0), addresses: all.filter((each) => isIP(each) !== 0) };
};

const calledIn = (text: string | undefined): Pick<LeafSubject, "distinguishedName"> => {
  const distinguishedName = text === undefined ? null : nameFrom(text);
  return distinguishedName === null ? {} : { distinguishedName };
};

/** Certificates know no parts of a second. */
const textOf = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");
