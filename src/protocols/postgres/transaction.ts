/** Follows a transaction's state by what the server says of each command. */
import type { Status } from "./backend.ts";
import { chains, isPartialRollback } from "./sql.ts";

/** The state after a command that was answered with this tag. */
export function statusAfterTag(status: Status, tag: string, sql: string): Status {
  switch (tag) {
    case "BEGIN":
    case "START TRANSACTION":
      return "T";
    case "COMMIT":
    case "PREPARE TRANSACTION":
      return chains(sql) ? "T" : "I";
    case "ROLLBACK":
      return isPartialRollback(sql) || chains(sql) ? "T" : "I";
    default:
      return status;
  }
}

/** The state after an error. */
export function statusAfterError(status: Status): Status {
  return status === "I" ? "I" : "E";
}
