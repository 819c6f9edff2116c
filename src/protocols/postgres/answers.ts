/**
 * Asks the pool, and knows what needs no asking: a failed transaction refuses everything, and what follows from the text alone
 * (`unasked.ts`) is answered even where it was never recorded.
 */
import type { Difference } from "../../core/diff.ts";
import type { Miss } from "../../core/exchange.ts";
import type { Pool } from "../../core/pool.ts";
import { differences } from "./differences.ts";
import { keyOf, type Place, shapeOf } from "./key.ts";
import { abortedFields } from "./miss-reply.ts";
import { canonicalSql, endsTransaction, withoutCursor } from "./sql.ts";
import type { Column, Execution, PostgresSpec, ReplyOf, Statement } from "./spec.ts";
import { madeUp, unaskedReplies } from "./unasked.ts";

/** A recorded execution, or a miss. */
export type Found = { readonly spec: Execution; readonly miss: null } | { readonly spec: null; readonly miss: Miss };

export class Answers {
  readonly #pool: Pool<PostgresSpec>;
  readonly #protocol: string;
  /** Texts found to be known; recordings do not shrink. */
  readonly #known = new Set<string>();

  constructor(pool: Pool<PostgresSpec>, protocol: string) {
    this.#pool = pool;
    this.#protocol = protocol;
  }

  /** What a query or a bound portal is answered with. */
  find(asked: Execution): Found {
    if (asked.transaction.before === "E") return { spec: this.#inFailed(asked), miss: null };
    const unasked = unaskedReplies(canonicalSql(asked.sql));
    if (unasked !== undefined && this.#recalled("run", asked) === undefined) {
      return { spec: madeUp(asked, unasked), miss: null };
    }
    const isRefused =
      asked.form === "simple" && !this.#isKnown(asked) && this.#recalled("refused", asked) !== undefined;
    return this.take(isRefused ? { ...asked, stage: "parse" } : asked);
  }

  /** The pool's answer and nothing else. */
  take(asked: Execution, differs = differences): Found {
    const key = keyOf(asked);
    const taken = this.#pool.take({ key, differs: (recorded) => differs(recorded, asked), similarity: null });
    if (taken.found && taken.spec.type === "execution") return { spec: taken.spec, miss: null };
    const nearest = taken.found
      ? { mock: taken.mock, differs: [`request: ${taken.spec.type} -> query`] }
      : taken.nearest;
    return { spec: null, miss: { protocol: this.#protocol, asked: key.asked, nearest } };
  }

  /**
   * Whether Parse is accepted; null if it is. A statement that was refused and later accepted (a table that a migration
   * makes) is answered in the order recorded where both happened on one connection, else it is accepted.
   */
  refusal(asked: Execution): Found | null {
    if (asked.transaction.before === "E") {
      return endsTransaction(asked.sql) ? null : { spec: this.#inFailed(asked), miss: null };
    }
    let [refused, accepted] = [false, false];
    for (const spec of this.#pool.recall(shapeOf("refused", canonicalSql(asked.sql)))) {
      if (spec.type === "execution" && spec.replies.length === 0) accepted = true;
      else refused = true;
    }
    if (refused && (accepted || !this.#isKnown(asked))) return this.take(asked);
    if (this.#isKnown(asked) || unaskedReplies(canonicalSql(asked.sql)) !== undefined) return null;
    return this.take({ ...asked, stage: "execute", parameters: [] }, unboundDifferences);
  }

  /** A recorded execution of the same text and values that copies data in: how the server asks for the data. */
  copying(asked: Execution): Execution | undefined {
    if (asked.transaction.before === "E") return undefined;
    return this.#recalled("copy", asked);
  }

  /**
   * What is known of a statement without running it; descriptions for the same declared types go first. Where it was run
   * without being described, the types that nobody named stay 0, as in Parse.
   */
  describe(
    asked: Pick<Execution, "database" | "user" | "sql" | "cursor">,
    declared: readonly number[],
  ): Statement | undefined {
    const sql = canonicalSql(asked.sql);
    let best: Statement | undefined;
    for (const spec of this.#pool.recall(shapeOf("describe", sql))) {
      if (spec.type !== "statement" || spec.database !== asked.database || spec.user !== asked.user) continue;
      if (String(spec.declared) === String(declared)) return spec;
      best ??= spec;
    }
    return best ?? this.#describedByRun(asked, sql, declared) ?? describedByText(asked, sql, declared);
  }

  #describedByRun(
    asked: Pick<Execution, "database" | "user" | "sql" | "cursor">,
    sql: string,
    declared: readonly number[],
  ): Statement | undefined {
    for (const spec of this.#pool.recall(shapeOf("run", sql))) {
      if (spec.type !== "execution" || spec.database !== asked.database || spec.user !== asked.user) continue;
      const parameters = spec.parameters.map(({ type }, index) => declared[index] || type);
      const columns = columnsOf(spec);
      if (columns === undefined && returnsRows(spec)) continue;
      const { database, user } = spec;
      return { type: "statement", database, user, sql: spec.sql, declared, parameters, columns: columns ?? null };
    }
    return undefined;
  }

  #isKnown(asked: Execution): boolean {
    const canonical = canonicalSql(asked.sql);
    const texts = asked.cursor === null ? [canonical] : [canonical, withoutCursor(canonical)];
    const isKnown = texts.some((text) => this.#known.has(text) || this.#isRecorded(text, asked));
    if (isKnown) this.#known.add(canonical);
    return isKnown;
  }

  #isRecorded(text: string, asked: Execution): boolean {
    for (const place of ["describe", "run", "copy"] as const) {
      for (const spec of this.#pool.recall(shapeOf(place, text))) {
        if (spec.database === asked.database && spec.user === asked.user) return true;
      }
    }
    return false;
  }

  /** Recorded under this text with these values, wherever it may have been used already. */
  #recalled(place: Place, asked: Execution): Execution | undefined {
    const wanted = valuesKey(asked);
    const canonical = canonicalSql(asked.sql);
    const text = asked.cursor === null ? canonical : withoutCursor(canonical);
    for (const spec of this.#pool.recall(shapeOf(place, text))) {
      if (spec.type === "execution" && valuesKey(spec) === wanted) return spec;
    }
    return undefined;
  }

  #inFailed(asked: Execution): Execution {
    const recorded = this.#recalled("aborted", asked);
    if (recorded !== undefined) return recorded;
    if (!endsTransaction(asked.sql)) return madeUp(asked, [{ reply: "error", fields: abortedFields }]);
    return madeUp(asked, [{ reply: "tag", tag: "ROLLBACK" }]);
  }
}

function describedByText(
  { database, user }: Pick<Execution, "database" | "user">,
  sql: string,
  declared: readonly number[],
): Statement | undefined {
  const replies = unaskedReplies(sql);
  if (replies === undefined) return undefined;
  const columns = replies.find((each) => each.reply === "columns")?.columns ?? null;
  return { type: "statement", database, user, sql, declared, parameters: [], columns };
}

/** At Parse no value is known yet, so none can differ. */
function unboundDifferences(recorded: PostgresSpec, asked: Execution): Difference[] {
  return differences(recorded, asked).filter(({ path }) => !path.startsWith("parameters["));
}

/** The columns of a result, if anything told them. */
export function columnsOf(spec: Execution): readonly Column[] | undefined {
  return spec.replies.find((each): each is ReplyOf<"columns"> => each.reply === "columns")?.columns;
}

/** Whether there must be columns, known or not. */
export function returnsRows(spec: Execution): boolean {
  return spec.replies.some(
    (each) =>
      each.reply === "rows" ||
      each.reply === "suspended" ||
      (each.reply === "tag" && /^(SELECT|FETCH) /.test(each.tag)),
  );
}

/** The key without what was copied in, and without where the execution stood. */
function valuesKey(spec: Execution): string {
  return keyOf({ ...spec, stage: "execute", replies: [], transaction: { before: "I", after: "I" } }).text;
}
