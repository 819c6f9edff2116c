/**
 * What was wrong with a server's certificate while it was recorded, told by the sentence that the recording has of it: in
 * replay it is wrong with ours, so that a client that refused refuses, and one that does not look still works.
 */
import type { LeafSubject } from "./tls/authority.ts";
import { type CertificateFault, isBelievedBySome, readFault } from "./tls/fault-clauses.ts";

const words = "as it would without Reprise";

/** How the sentence names it; `fault` is the clause that tells what a verifying client finds wrong. */
export const faultClause = (fault: string): string => `${words}: ${fault}`;

/** Null for sentences about anything else. */
export const faultOf = (reason: string): CertificateFault | null =>
  reason.includes(words) || isBelievedBySome(reason) ? readFault(reason) : null;

/** The same leaf with that fault. */
export const withFault = (
  subject: LeafSubject,
  { isUntrusted: _isUntrusted, named, ...fault }: CertificateFault,
): LeafSubject => ({
  ...subject,
  ...named,
  ...fault,
});
