/**
 * Whom a leaf stands for: the name that the client asks for, or all that it may take the server for where it asks for none
 * (Java sends no name without a dot, `localhost` or `db`).
 */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { LeafSubject } from "./tls/authority.ts";

/** `serverName` may be an address: some clients send one, and then look for it among the addresses. */
export const leafSubjectOf = (
  serverName: string | null,
  address: string,
  others: readonly string[] = [],
): LeafSubject => {
  const asked = [...new Set(serverName === null ? [address, ...others] : [serverName])];
  return {
    names: asked.filter((each) => isIP(each) === 0),
    addresses: asked.filter((each) => isIP(each) !== 0),
    fault: "none",
  };
};

/** The names that this host's own table gives an address; look-ups of them are seen by nobody. */
export const hostNamesOf = (address: string, table = "/etc/hosts"): readonly string[] => {
  try {
    return readFileSync(table, "utf8")
      .split("\n")
      .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
      .flatMap(([at, ...names]) => (at === address ? names : []));
  } catch {
    return [];
  }
};
