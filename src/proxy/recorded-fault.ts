/**
 * What was wrong with a server's certificate while it was recorded, told by the sentence that the recording has of it: in
 * replay it is wrong with ours, so that a client that refused refuses, and one that does not look still works.
 */
import type { LeafSubject } from "./tls/authority.ts";

const words = "as it would without Reprise";

/** How the sentence names it; `fault` is the clause that tells what a verifying client finds wrong. */
export const faultClause = (fault: string): string => `${words}: ${fault}`;

/** In whose name and with which fault a leaf is made. */
export interface RecordedFault {
  /** No roots of the app's lead to its issuer. */
  readonly isUntrusted: boolean;
  readonly fault: LeafSubject["fault"];
  /** It is for somebody else. */
  readonly isMisnamed: boolean;
}

/** Null for sentences about anything else. */
export const faultOf = (reason: string): RecordedFault | null => {
  if (!reason.includes(words)) return null;
  const isUntrusted = /no store of the app's|no certificate/.test(reason);
  const isSelfSigned = reason.includes("DEPTH_ZERO_SELF_SIGNED_CERT");
  const isOwnRoot = reason.includes("SELF_SIGNED_CERT_IN_CHAIN");
  const issuer = !isUntrusted || isOwnRoot ? "none" : isSelfSigned ? "selfSigned" : "issuerNotSent";
  const fault = reason.includes("has expired") ? "expired" : reason.includes("not valid yet") ? "notYetValid" : issuer;
  return { isUntrusted, fault, isMisnamed: reason.includes("certificate is not for") };
};

/** Reserved: nobody asks for it (RFC 2606). */
const nobody = "another-name.invalid";

/** The same leaf with that fault. */
export const withFault = (subject: LeafSubject, { fault, isMisnamed }: RecordedFault): LeafSubject =>
  isMisnamed ? { names: [nobody], addresses: [], fault } : { ...subject, fault };
