/**
 * The prepared statements and portals of one connection, by the names that the client gave them. Names live here and
 * nowhere else: what is recorded or asked for holds the texts and values that they stand for.
 */
import type { BindMessage } from "./frontend.ts";
import type { Column, Parameter, Statement } from "./spec.ts";
import { boundValues } from "./values.ts";

/** A statement that the server has accepted. */
export interface Prepared {
  readonly sql: string;
  readonly declared: readonly number[];
  /** The OIDs of its parameters, once the statement was described. */
  parameters: readonly number[] | null;
  /** Its columns once it or a portal of it was described, null for no rows; undefined while nobody has asked. */
  columns: readonly Column[] | null | undefined;
}

/** `Portal` is what the caller keeps of one. */
export class StatementTable<Portal> {
  readonly statements = new Map<string, Prepared>();
  readonly portals = new Map<string, Portal>();
  /** The queries of SQL cursors, by name. */
  readonly cursors = new Map<string, string>();

  prepare(name: string, sql: string, declared: readonly number[]): Prepared {
    const prepared: Prepared = { sql, declared, parameters: null, columns: undefined };
    this.statements.set(name, prepared);
    return prepared;
  }

  /** The type of each parameter as far as it is known on this connection. */
  typeOf(prepared: Prepared, index: number): number {
    return prepared.parameters?.[index] ?? prepared.declared[index] ?? 0;
  }

  /** What a Bind binds to it. */
  parameters(prepared: Prepared, bind: BindMessage): Parameter[] {
    return boundValues(bind, (index) => this.typeOf(prepared, index));
  }

  /** What DISCARD ALL and DEALLOCATE ALL leave. */
  forgetAll(): void {
    this.statements.clear();
    this.portals.clear();
    this.cursors.clear();
  }
}

/** A cursor that was declared in SQL is a portal by that name: what Describe says of it, kept under its query. */
export function cursorStatement(
  identity: Pick<Statement, "database" | "user">,
  cursor: string,
  columns: readonly Column[] | null,
): Statement {
  return { type: "statement", ...identity, sql: `cursor of ${cursor}`, declared: [], parameters: [], columns };
}
