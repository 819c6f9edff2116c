/**
 * What a server says that has no answer: an error like any other, so that the client goes on with its connection.
 * The code is in no class of PostgreSQL's own, so that nothing takes it for a lost connection or worth a second try.
 */
import type { Miss } from "../../core/exchange.ts";
import type { Field } from "./backend.ts";

const MISS_CODE = "RP001";

/** The fields of the error, for people: what was asked, and what came nearest. */
export function missFields({ asked, nearest }: Miss): Field[] {
  const detail =
    nearest === null
      ? "The recording holds nothing that is like it."
      : `The nearest is ${nearest.mock}${nearest.differs.length === 0 ? "." : `, which differs: ${nearest.differs.join("; ")}`}`;
  return [
    ["S", "ERROR"],
    ["V", "ERROR"],
    ["C", MISS_CODE],
    ["M", `reprise has no recorded answer to: ${asked}`],
    ["D", detail],
    ["H", "Record this request, or see the report of this run."],
  ];
}

/** What the server itself says of whatever comes after an error within a transaction. */
export const abortedFields: readonly Field[] = [
  ["S", "ERROR"],
  ["V", "ERROR"],
  ["C", "25P02"],
  ["M", "current transaction is aborted, commands ignored until end of transaction block"],
  ["F", "postgres.c"],
  ["R", "exec_simple_query"],
];

/** For a name that was never prepared or bound on this connection. */
export function unknownName(kind: "statement" | "portal", name: string): Field[] {
  const what = kind === "portal" ? "portal" : "prepared statement";
  const message = name === "" && kind === "statement" ? "unnamed prepared statement" : `${what} "${name}"`;
  return [
    ["S", "ERROR"],
    ["V", "ERROR"],
    ["C", kind === "portal" ? "34000" : "26000"],
    ["M", `${message} does not exist`],
  ];
}
