/** Whom a leaf stands for: the name that the client asks for, or the address where it asks. */
import { isIP } from "node:net";
import type { LeafSubject } from "./tls/authority.ts";

/** `serverName` may be an address: some clients send one, and then look for it among the addresses. */
export const leafSubjectOf = (serverName: string | null, address: string): LeafSubject => {
  const asked = serverName ?? address;
  return isIP(asked) === 0
    ? { names: [asked], addresses: [], fault: "none" }
    : { names: [], addresses: [asked], fault: "none" };
};
