/**
 * What a request is matched by: user, database, SQL and the values bound to it. Numbers of statements and connections never
 * reach a key. Counterpart: `differences.ts`.
 */
import type { Key } from "../../core/pool.ts";
import type { Word } from "../../lib/bytes/text.ts";
import { canonicalSql, shapeOf } from "./sql.ts";
import type { Execution, Fetch, MysqlSpec, Parameter, Reply } from "./spec.ts";
import { typeName } from "./types.ts";

const ASKED_WIDTH = 160;
const VALUE_WIDTH = 40;

/** How sessions are recalled. */
export const SESSION_SHAPE = "session";

/** The one function for recorded specs and for what the app asks. */
export function keyOf(spec: MysqlSpec): Key {
  const { type, database, user } = spec;
  if (type === "session") {
    const text = JSON.stringify([type, database, user]);
    return { text, shape: SESSION_SHAPE, asked: `connect to ${database} as ${user}` };
  }
  if (type === "command") {
    const { command, argument } = spec;
    const text = JSON.stringify([type, command, database, user, plain(argument)]);
    return { text, shape: `command ${command}`, asked: `${command} ${shown(argument)}`.trim() };
  }
  const sql = canonicalSql(spec.sql);
  const line = oneLine(sql);
  if (type === "statement") {
    const text = JSON.stringify([type, database, user, sql]);
    return { text, shape: `prepare ${shapeOf(sql).shape}`, asked: `prepare ${line}` };
  }
  const parameters = spec.parameters.map(parameterText);
  const asked = askedLine(line, spec.parameters);
  if (type === "fetch") {
    const text = JSON.stringify([type, database, user, sql, parameters, spec.turn, spec.count]);
    return { text, shape: `fetch ${shapeOf(sql).shape}`, asked: `fetch ${spec.count} of ${asked}` };
  }
  const how = [spec.encoding, spec.isCursor ? "cursor" : ""];
  const text = JSON.stringify([type, ...how, database, user, sql, parameters, filesOf(spec.replies)]);
  return { text, shape: executionShape(spec), asked };
}

/** Under this executions are recalled. */
export function executionShape({ encoding, sql }: Pick<Execution, "encoding" | "sql">): string {
  return `${encoding} ${shapeOf(canonicalSql(sql)).shape}`;
}

/** A parameter as it is compared. */
export function parameterText({ type, name, value }: Parameter): unknown[] {
  return [typeName(type), name, plain(value)];
}

/** The files that a client sent, by their digests. */
export function filesOf(replies: readonly Reply[]): string[] {
  return replies.flatMap((each) => {
    if (each.reply !== "file") return [];
    return [`${each.sent.length} ${new Bun.CryptoHasher("sha256").update(each.sent).digest("hex")}`];
  });
}

/** Bytes as something that no text is. */
function plain(word: Word | null): unknown {
  if (word === null || typeof word === "string") return word;
  return { bytes: Buffer.from(word).toString("base64") };
}

const oneLine = (sql: string): string => {
  const line = sql.replace(/\s+/g, " ");
  const half = ASKED_WIDTH / 2;
  return line.length <= ASKED_WIDTH ? line : `${line.slice(0, half - 1)}…${line.slice(-half)}`;
};

function askedLine(line: string, parameters: Fetch["parameters"]): string {
  if (parameters.length === 0) return line === "" ? "(empty query)" : line;
  return `${line} [${parameters.map(({ value }) => (value === null ? "NULL" : shown(value))).join(", ")}]`;
}

function shown(word: Word): string {
  const text = typeof word === "string" ? word : `\\x${Buffer.from(word.subarray(0, VALUE_WIDTH)).toString("hex")}`;
  return text.length <= VALUE_WIDTH ? text : `${text.slice(0, VALUE_WIDTH - 1)}…`;
}
