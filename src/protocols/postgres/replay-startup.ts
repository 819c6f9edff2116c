/**
 * The beginning of a connection as replay makes it up, authentication left to `replay-authentication.ts`: the server says of
 * itself what it said when recorded, or what an ordinary one says. Process id and secret are of no use here and come from
 * the connection's name, so that a run is the same each time.
 */
import type { Pool } from "../../core/pool.ts";
import type { Peer } from "../../core/protocol.ts";
import { joinBytes } from "../../lib/bytes/pieces.ts";
import { encodeBack } from "./backend.ts";
import { SESSION_SHAPE } from "./key.ts";
import type { PostgresSpec, SessionStart } from "./spec.ts";
import type { StartupPacket } from "./startup-packet.ts";

/** For recordings that hold no session: what clients need to be told. */
const defaults: readonly (readonly [string, string])[] = [
  ["application_name", ""],
  ["client_encoding", "UTF8"],
  ["DateStyle", "ISO, MDY"],
  ["default_transaction_read_only", "off"],
  ["in_hot_standby", "off"],
  ["integer_datetimes", "on"],
  ["IntervalStyle", "postgres"],
  ["is_superuser", "off"],
  ["server_encoding", "UTF8"],
  ["server_version", "15.0"],
  ["standard_conforming_strings", "on"],
  ["TimeZone", "Etc/UTC"],
];

/** Whether clients were seen to leave when TLS was refused, and to come back in clear (pgx does so by `sslmode=prefer`). */
export function leavesWithoutTls(pool: Pool<PostgresSpec>): boolean {
  return [...pool.recall(SESSION_SHAPE)].some((spec) => spec.type === "session" && isNobodys(spec));
}

const isNobodys = (spec: SessionStart): boolean => spec.user === "" && spec.encryption === "refused";

/** The answer to a start-up message, and whether the connection is open then. */
export interface Greeting {
  /** What comes before any authentication; may be empty. */
  readonly opening: Uint8Array;
  /** What comes once the client is let in, or why it is not. */
  readonly bytes: Uint8Array;
  /** The method by which such a client was asked who it is, as in `SessionStart`. */
  readonly authentication: string;
  readonly database: string;
  readonly user: string;
  readonly isOpen: boolean;
}

export function greet(
  packet: Extract<StartupPacket, { message: "startup" }>,
  pool: Pool<PostgresSpec>,
  peer: Peer,
): Greeting {
  const user = packet.options.find(([name]) => name === "user")?.[1] ?? "";
  const database = packet.options.find(([name]) => name === "database")?.[1] ?? user;
  const known = sessionLike(pool, database, user, packet.options);
  const authentication = known?.authentication ?? "scram-sha-256";
  const opening: Uint8Array[] = [];
  const parts: Uint8Array[] = [];
  const refused = packet.options.map(([name]) => name).filter((name) => name.startsWith("_pq_."));
  const minor = Math.min(packet.minor, known?.minor ?? 0);
  if (minor < packet.minor || refused.length > 0) opening.push(encodeBack({ message: "negotiate", minor, refused }));
  const refusal = known?.replies.find((each) => each.reply === "error");
  if (refusal !== undefined) {
    const bytes = encodeBack({ message: "error", fields: refusal.fields });
    return { opening: joinBytes([]), bytes, authentication, database, user, isOpen: false };
  }
  parts.push(encodeBack({ message: "authentication", method: 0, data: new Uint8Array(0) }));
  for (const reply of known?.replies ?? defaultReplies(packet.options)) {
    if (reply.reply === "parameter")
      parts.push(encodeBack({ message: "parameter", name: reply.name, value: reply.value })); // prettier-ignore
    else if (reply.reply === "notice") parts.push(encodeBack({ message: "notice", fields: reply.fields }));
  }
  parts.push(encodeBack({ message: "key", ...keyData(peer.connection, minor) }));
  parts.push(encodeBack({ message: "ready", status: "I" }));
  return { opening: joinBytes(opening), bytes: joinBytes(parts), authentication, database, user, isOpen: true };
}

/** The recorded session of the same user and database, best with the same options, else any of the server's. */
function sessionLike(
  pool: Pool<PostgresSpec>,
  database: string,
  user: string,
  options: readonly (readonly [string, string])[],
): SessionStart | undefined {
  const asked = JSON.stringify(options.filter(([name]) => name !== "user" && name !== "database"));
  let best: { spec: SessionStart; rank: number } | undefined;
  for (const spec of pool.recall(SESSION_SHAPE)) {
    if (spec.type !== "session" || isNobodys(spec)) continue;
    const isSame = spec.database === database && spec.user === user;
    const isRefusal = spec.replies.some((each) => each.reply === "error");
    if (isRefusal && !isSame) continue;
    const rank = (isSame ? 4 : 0) + (isRefusal ? 0 : 2) + (JSON.stringify(spec.options) === asked ? 1 : 0);
    if (rank === 7) return spec;
    if (best === undefined || rank > best.rank) best = { spec, rank };
  }
  return best?.spec;
}

function defaultReplies(options: readonly (readonly [string, string])[]): SessionStart["replies"] {
  return defaults.map(([name, value]) => {
    const asked = options.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
    return { reply: "parameter", name, value: asked ?? value };
  });
}

/** Protocol 3.2 has longer secrets. */
function keyData(connection: string, minor: number): { process: number; secret: Uint8Array } {
  const digest = new Bun.CryptoHasher("sha256").update(connection).digest();
  const secret = new Uint8Array(digest.buffer, digest.byteOffset, minor >= 2 ? 32 : 4).slice();
  return { process: 1 + (digest.readUInt32BE(8) % 0x3fffff), secret };
}
