/**
 * Conversations in PostgreSQL's protocol for tests of its sessions: the client's side by pg-protocol, the server's side
 * spelt out by hand here, so that neither comes from the codec under test.
 */
import { serialize } from "pg-protocol";
import { type Exchange } from "../../src/core/exchange.ts";
import { type Chunk, type Peer, type Session, type Step } from "../../src/core/protocol.ts";
import { postgres } from "../../src/protocols/postgres/index.ts";
import { type PostgresSpec } from "../../src/protocols/postgres/spec.ts";
import { exactPool } from "./exact-pool.ts";

type Part = string | number | Uint8Array | { readonly int16: number } | { readonly int32: number };

const part = (value: Part): Buffer => {
  if (typeof value === "string") return Buffer.from(`${value}\0`);
  if (typeof value === "number") return Buffer.from([value]);
  if (value instanceof Uint8Array) return Buffer.from(value);
  const bytes = Buffer.alloc("int16" in value ? 2 : 4);
  if ("int16" in value) bytes.writeInt16BE(value.int16);
  else bytes.writeInt32BE(value.int32);
  return bytes;
};

/** One message: its letter, its length, its parts; texts end in a zero, numbers are bytes. */
export const told = (letter: string, ...parts: readonly Part[]): Buffer => {
  const body = Buffer.concat(parts.map(part));
  return Buffer.concat([Buffer.from(letter), part({ int32: body.length + 4 }), body]);
};

/** A RowDescription of text columns with these types. */
export const columns = (...list: readonly (readonly [name: string, type: number, format?: number])[]): Buffer =>
  told("T", { int16: list.length }, ...list.flatMap(([name, type, format]): Part[] => [name, { int32: 0 }, { int16: 0 }, { int32: type }, { int16: -1 }, { int32: -1 }, { int16: format ?? 0 }])); // prettier-ignore

/** A DataRow; null is NULL. */
export const row = (...values: readonly (string | Uint8Array | null)[]): Buffer =>
  told(
    "D",
    { int16: values.length },
    ...values.flatMap((value): Part[] => {
      if (value === null) return [{ int32: -1 }];
      const bytes = Buffer.from(value);
      return [{ int32: bytes.length }, bytes];
    }),
  );

export const tag = (text: string): Buffer => told("C", text);
export const ready = (status: "I" | "T" | "E" = "I"): Buffer => told("Z", Buffer.from(status));
export const failure = (code: string, message: string, severity = "ERROR"): Buffer =>
  told("E", Buffer.from("S"), severity, Buffer.from("V"), severity, Buffer.from("C"), code, Buffer.from("M"), message, 0); // prettier-ignore

/** The start of a connection of `app` to `shop` that asks for no password. */
export const start: readonly Buffer[] = [
  serialize.startup({ user: "app", database: "shop" }),
  Buffer.concat([told("R", { int32: 0 }), told("S", "server_version", "15.4"), told("K", { int32: 7 }, { int32: 8 }), ready()]), // prettier-ignore
];

export const peer: Peer = {
  host: "db",
  address: "10.0.0.2",
  port: 5432,
  isTls: false,
  connection: "c1",
  direction: "outgoing",
  transport: "tcp",
};

/** The client's and the server's bytes in turn, one millisecond apart. */
export const chunks = (...turns: readonly Uint8Array[]): Chunk[] =>
  turns.map((bytes, at) => ({ from: at % 2 === 0 ? "client" : "server", bytes: new Uint8Array(bytes), at }));

const emitted = (steps: Iterable<Step<PostgresSpec>>): Exchange<PostgresSpec>[] =>
  [...steps].flatMap((step) => (step.do === "emit" ? [step.exchange] : []));

/** What recording a connection with these turns gives, the start and its session left out. */
export const recorded = (...turns: readonly Uint8Array[]): Exchange<PostgresSpec>[] => {
  const session = postgres.record(peer);
  const found = chunks(...start, ...turns).flatMap((chunk) => emitted(session.data(chunk)));
  return [...found, ...emitted(session.end("client"))].filter(({ spec }) => spec.type !== "session");
};

/** A replaying connection that has started. */
export interface Replayed {
  readonly session: Session<PostgresSpec>;
  /** What it says to these bytes: the server's bytes as text, and the lines asked for in vain. */
  say(...messages: readonly Uint8Array[]): { bytes: Buffer; misses: string[]; closes: boolean };
}

export const replayed = (exchanges: readonly Exchange<PostgresSpec>[]): Replayed => {
  const session = postgres.replay(peer, exactPool(postgres, exchanges));
  const say = (...messages: readonly Uint8Array[]) => {
    const bytes = new Uint8Array(Buffer.concat(messages));
    const steps = [...session.data({ from: "client", bytes, at: 0 })];
    return {
      bytes: Buffer.concat(steps.flatMap((step) => (step.do === "send" ? [step.bytes] : []))),
      misses: steps.flatMap((step) => (step.do === "miss" ? [step.miss.asked] : [])),
      closes: steps.some((step) => step.do === "close"),
    };
  };
  say(serialize.startup({ user: "app", database: "shop" }));
  return { session, say };
};

/** Parse, Bind, Describe, Execute and Sync, as most drivers send them in one. */
export const run = (sql: string, values: readonly (string | null)[] = [], binary = false): Buffer =>
  Buffer.concat([
    serialize.parse({ text: sql }),
    serialize.bind({ values: [...values], binary }),
    serialize.describe({ type: "P" }),
    serialize.execute({}),
    serialize.sync(),
  ]);
