/**
 * The one list of protocols. A protocol is a folder, and a line here.
 *
 * Only `cli` imports this file and hands the lists down; everything else works with whatever `Protocol` it is given.
 */
import { type Driver, type Protocol } from "../core/protocol.ts";
import { type KnownSocket } from "../core/unix-socket.ts";
import { dns } from "./dns/index.ts";
import { generic } from "./generic/index.ts";
import { http1, http1Driver, http1Sockets } from "./http1/index.ts";
import { mongodb, mongodbSocket } from "./mongodb/index.ts";
import { mysql, mysqlSocket } from "./mysql/index.ts";
import { postgres, postgresSocket } from "./postgres/index.ts";
import { redis, redisSocket } from "./redis/index.ts";

/** Asked in this order what they make of a connection; at most one says yes. */
export const protocols: readonly Protocol[] = [http1, dns, mongodb, mysql, postgres, redis];

/** Takes what no other protocol claims. */
export const fallback: Protocol = generic;

/** Those that can ask an app. */
export const drivers: readonly Driver[] = [http1Driver];

/** Unix sockets whose servers are known by them. */
export const knownSockets: readonly KnownSocket[] = [
  mongodbSocket,
  mysqlSocket,
  postgresSocket,
  redisSocket,
  ...http1Sockets,
];
