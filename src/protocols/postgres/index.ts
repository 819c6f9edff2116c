/** PostgreSQL, protocol 3: the door of this folder. What is kept is in `spec.ts`, what is matched in `key.ts`. */
import { defineProtocol } from "../../core/protocol.ts";
import type { KnownSocket } from "../../core/unix-socket.ts";
import { detect } from "./detect.ts";
import { keyOf } from "./key.ts";
import { RecordSession } from "./record-session.ts";
import { ReplaySession } from "./replay-session.ts";
import type { PostgresSpec } from "./spec.ts";
import { readSpec } from "./yaml-read.ts";
import { Kind, writeSpec } from "./yaml-write.ts";

const NAME = "postgres";

/** The wire protocol of PostgreSQL and of all that speaks it. */
export const postgres = defineProtocol<PostgresSpec>({
  name: NAME,
  kinds: [Kind.Execution, Kind.Statement, Kind.Session],
  speaksFirst: "client",
  isAnywhere: false,
  upgrades: true,
  alpn: ["postgresql"],
  detect: (head) => detect(head.client),
  record: (peer) => new RecordSession(peer),
  replay: (peer, pool) => new ReplaySession({ peer, pool, protocol: NAME }),
  key: keyOf,
  toYaml: writeSpec,
  fromYaml: readSpec,
});

/** Where its servers listen, and where clients look for them that are given no host. */
export const postgresSocket: KnownSocket = {
  path: /(?:^|[@/])\.s\.PGSQL\.(\d+)$/,
  remedy: "PGHOST=127.0.0.1 PGPORT=$1, or the same in what it connects by",
};
