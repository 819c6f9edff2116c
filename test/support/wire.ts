/**
 * Wires: recorded conversations between a real client and a real server, the test data of every protocol.
 *
 * `test/wires/<protocol>/<name>.wire` is JSONL. The first line says what it is: protocol, driver, port, transport. Each
 * other line is a run of bytes (`b64`) or a FIN (`end`) of one side, in the order seen; `at` counts milliseconds.
 * `tap-proxy.ts` makes them, `run-session.ts` feeds them to sessions.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Side } from "../../src/core/protocol.ts";

/** One run of bytes, or with `bytes: null` the FIN of that side. */
export interface WireLine {
  readonly from: Side;
  readonly at: number;
  readonly bytes: Uint8Array | null;
  /** Counts from 0; several connections of one wire are told apart by it. */
  readonly connection: number;
}

/** What the first line says. */
export interface WireHead {
  readonly protocol: string;
  /** Who spoke: `node pg 8.16`, `psycopg 3.2`; for people. */
  readonly driver: string;
  /** The server's port as a service would address it. */
  readonly port: number;
  readonly transport: "tcp" | "udp";
}

export interface Wire extends WireHead {
  readonly lines: readonly WireLine[];
}

/** A wire with the name that tests show: `postgres/node-pg-simple`. */
export interface NamedWire extends Wire {
  readonly name: string;
}

/** The folder that holds one folder of wires per protocol. */
export const wiresFolder = join(import.meta.dir, "..", "wires");

const parseLine = (text: string): WireLine => {
  const line = JSON.parse(text) as { from: Side; at: number; b64?: string; end?: boolean; connection?: number };
  if (line.from !== "client" && line.from !== "server")
    throw new Error(`a wire's line lacks "from": ${text.slice(0, 80)}`);
  const bytes = line.end === true ? null : new Uint8Array(Buffer.from(line.b64 ?? "", "base64"));
  return { from: line.from, at: line.at, bytes, connection: line.connection ?? 0 };
};

const printLine = (line: WireLine): string => {
  const { from, at, bytes, connection } = line;
  const content = bytes === null ? { end: true } : { b64: Buffer.from(bytes).toString("base64") };
  return JSON.stringify({ from, at, ...(connection === 0 ? {} : { connection }), ...content });
};

/** Reads one wire file. */
export const loadWire = (path: string): Wire => {
  const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const { protocol, driver, port, transport } = JSON.parse(head ?? "{}") as WireHead;
  if (protocol === undefined || transport === undefined)
    throw new Error(`${path}: the first line is not a wire's head`);
  return { protocol, driver, port, transport, lines: lines.map(parseLine) };
};

/** Writes one wire file, and the folders it needs. */
export const saveWire = (path: string, wire: Wire): void => {
  const { protocol, driver, port, transport, lines } = wire;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, [JSON.stringify({ protocol, driver, port, transport }), ...lines.map(printLine), ""].join("\n"));
};

/** Where the wire of this name is or belongs. */
export const wirePath = (protocol: string, name: string): string => join(wiresFolder, protocol, `${name}.wire`);

/** Every wire of one protocol, by name; none if it has no folder. */
export const wiresOf = (protocol: string): NamedWire[] => {
  const folder = join(wiresFolder, protocol);
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch {
    return [];
  }
  const names = files.filter((file) => file.endsWith(".wire")).toSorted();
  return names.map((file) => ({ name: `${protocol}/${file.slice(0, -5)}`, ...loadWire(join(folder, file)) }));
};

/** The folders under test/wires, whether or not a protocol of that name exists. */
export const wireFolders = (): string[] =>
  readdirSync(wiresFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();

/** The bytes that one side sent on one connection, in one piece. */
export const streamOf = (lines: readonly WireLine[], from: Side, connection = 0): Uint8Array =>
  new Uint8Array(
    Buffer.concat(
      lines.flatMap((line) =>
        line.from === from && line.connection === connection && line.bytes !== null ? [line.bytes] : [],
      ),
    ),
  );

/** The connections of a wire, in the order in which they first spoke. */
export const connectionsOf = (wire: Wire): number[] => [...new Set(wire.lines.map((line) => line.connection))];
