/**
 * How a connection begins: the server's greeting, the client's answer, and COM_CHANGE_USER, which begins it anew. What a
 * client proves itself by is read over and never kept.
 */
import { FormatError } from "../../core/errors.ts";
import { decodeText } from "../../lib/bytes/text.ts";
import { PayloadReader } from "./payload-reader.ts";
import { PayloadWriter } from "./payload-writer.ts";
import { Can } from "./capabilities.ts";

/** What a server says of itself, without its challenge. */
export interface Greeting {
  readonly version: string;
  /** The server's number of the connection, which drivers put into their messages. */
  readonly connection: number;
  readonly capabilities: bigint;
  readonly charset: number;
  readonly status: number;
  /** The authentication plug-in that it proposes; empty where it names none. */
  readonly plugin: string;
}

/** The client's answer. */
export interface Hello {
  readonly capabilities: bigint;
  readonly user: string;
  readonly database: string;
  readonly plugin: string;
  readonly isEmptyProof: boolean;
  /** Instead of a proof: wants the key to send the password under, as `sha256_password` does without TLS. */
  readonly asksKey: boolean;
}

export const PROTOCOL = 10;
/** A request for TLS is an answer that stops before the user's name. */
const TLS_REQUEST_LENGTH = 32;
const CHALLENGE_HEAD = 8;
const CHALLENGE_LEAST = 13;
const RESERVED = 6;
const KEY_REQUEST = 1;

/** The server's first packet; `FormatError` where it is something else. */
export function decodeGreeting(payload: Uint8Array): Greeting {
  const reader = new PayloadReader(payload);
  const protocol = reader.byte();
  if (protocol !== PROTOCOL) throw new FormatError("format.bytes", `protocol ${protocol} is not MySQL's 10`, "0");
  const version = reader.text();
  const connection = reader.uint32();
  reader.take(CHALLENGE_HEAD + 1);
  const low = BigInt(reader.uint16());
  if (reader.left === 0) return { version, connection, capabilities: low, charset: 0, status: 0, plugin: "" };
  const charset = reader.byte();
  const status = reader.uint16();
  const high = BigInt(reader.uint16());
  const length = reader.byte();
  reader.take(RESERVED);
  const extended = BigInt(reader.uint32());
  const isMariaDb = (low & Can.Mysql) === 0n;
  const capabilities = low | (high << 16n) | (isMariaDb ? extended << 32n : 0n);
  if ((capabilities & Can.SecureConnection) !== 0n)
    reader.take(Math.min(reader.left, Math.max(CHALLENGE_LEAST, length - CHALLENGE_HEAD)));
  const isNamed = (capabilities & Can.PluginAuth) !== 0n && reader.left > 0;
  // Some servers leave out the end of the last text.
  const plugin = isNamed ? decodeText(reader.rest()).replace(/\0[^]*$/, "") : "";
  return { version, connection, capabilities, charset, status, plugin };
}

/** `challenge` has 20 bytes, none of them zero. */
export function encodeGreeting(greeting: Greeting, challenge: Uint8Array): Uint8Array {
  const { version, connection, capabilities, charset, status, plugin } = greeting;
  const isMariaDb = (capabilities & Can.Mysql) === 0n;
  const isNamed = (capabilities & Can.PluginAuth) !== 0n;
  const writer = new PayloadWriter().byte(PROTOCOL).text(version).int32(connection);
  writer.raw(challenge.subarray(0, CHALLENGE_HEAD)).byte(0).integer(capabilities, 2);
  writer
    .byte(charset)
    .int16(status)
    .integer(capabilities >> 16n, 2);
  writer.byte(isNamed ? challenge.length + 1 : 0).raw(new Uint8Array(RESERVED));
  writer
    .integer(isMariaDb ? capabilities >> 32n : 0n, 4)
    .raw(challenge.subarray(CHALLENGE_HEAD))
    .byte(0);
  return (isNamed ? writer.text(plugin) : writer).finish();
}

/** Whether the client asks for TLS and says the rest inside it. */
export function isTlsRequest(payload: Uint8Array): boolean {
  return payload.length === TLS_REQUEST_LENGTH && (new PayloadReader(payload).integer(4) & Can.Tls) !== 0n;
}

/** The client's first packet, or its second where the first asked for TLS. */
export function decodeHello(payload: Uint8Array): Hello {
  const reader = new PayloadReader(payload);
  let capabilities = reader.integer(2);
  if ((capabilities & Can.Protocol41) === 0n) {
    throw new FormatError("format.bytes", "a client older than MySQL 4.1", "0");
  }
  capabilities |= reader.integer(2) << 16n;
  reader.take(4 + 1 + 19);
  const extended = reader.integer(4);
  if ((capabilities & Can.Mysql) === 0n) capabilities |= extended << 32n;
  const user = reader.text();
  const proof = readProof(reader, capabilities);
  const database = (capabilities & Can.ConnectWithDatabase) !== 0n && reader.left > 0 ? reader.text() : "";
  const plugin = (capabilities & Can.PluginAuth) !== 0n && reader.left > 0 ? readName(reader) : "";
  return { capabilities, user, database, plugin, ...judged(proof) };
}

/** COM_CHANGE_USER, without its first byte. */
export function decodeChangeUser(reader: PayloadReader, capabilities: bigint): Hello {
  const user = reader.text();
  const proof = reader.take(reader.byte());
  const database = reader.text();
  if (reader.left >= 2) reader.uint16();
  const plugin = (capabilities & Can.PluginAuth) !== 0n && reader.left > 0 ? readName(reader) : "";
  return { capabilities, user, database, plugin, ...judged(proof) };
}

/** What is kept of a client's proof. */
export function judged(proof: Uint8Array): Pick<Hello, "isEmptyProof" | "asksKey"> {
  const [only] = proof.length === 1 ? proof : [];
  return { isEmptyProof: proof.length === 0 || only === 0, asksKey: only === KEY_REQUEST };
}

function readProof(reader: PayloadReader, capabilities: bigint): Uint8Array {
  if ((capabilities & Can.SizedAuth) !== 0n) return reader.sized();
  if ((capabilities & Can.SecureConnection) !== 0n) return reader.take(reader.byte());
  const start = reader.offset;
  reader.text();
  return reader.bytes.subarray(start, reader.offset - 1);
}

function readName(reader: PayloadReader): string {
  const end = reader.bytes.indexOf(0, reader.offset);
  return end < 0 ? decodeText(reader.rest()) : reader.text();
}
