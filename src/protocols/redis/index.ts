/**
 * Redis, Valkey and what else speaks RESP2 and RESP3: commands, pipelines, transactions, subscriptions, what comes unasked,
 * cluster and sentinel as the servers that they are. MONITOR and replication are not read.
 */
import { defineProtocol } from "../../core/protocol.ts";
import type { KnownSocket } from "../../core/unix-socket.ts";
import { detect } from "./detect.ts";
import { keyOf } from "./key.ts";
import { RecordSession } from "./record-session.ts";
import { ReplaySession } from "./replay-session.ts";
import type { RedisSpec } from "./spec.ts";
import { fromYaml } from "./yaml-read.ts";
import { KINDS, toYaml } from "./yaml-write.ts";

export type { RedisSpec };

export const redis = defineProtocol<RedisSpec>({
  name: "redis",
  kinds: Object.values(KINDS),
  speaksFirst: "client",
  isAnywhere: false,
  upgrades: false,
  alpn: [],
  detect: (head) => detect(head.client),
  record: () => new RecordSession(),
  replay: (peer, pool) => new ReplaySession(peer, pool),
  key: keyOf,
  toYaml,
  fromYaml,
});

/** Where its servers listen if they are told to. */
export const redisSocket: KnownSocket = {
  path: /(?:^|[@/])(?:redis|valkey)[^/]*\.sock(?:et)?$/,
  remedy: "host and port of the server (redis://127.0.0.1:6379, and `port 6379` in the server's configuration)",
};
