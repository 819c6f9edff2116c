/**
 * MongoDB and what else speaks its wire protocol: commands with their answers, cursors, transactions, change streams,
 * what clients make up themselves. Messages of before OP_MSG are read only where connections begin with them.
 */
import { defineProtocol } from "../../core/protocol.ts";
import type { KnownSocket } from "../../core/unix-socket.ts";
import { detect } from "./detect.ts";
import { keyOf } from "./key.ts";
import { RecordSession } from "./record-session.ts";
import { ReplaySession } from "./replay-session.ts";
import type { MongoSpec } from "./spec.ts";
import { fromYaml } from "./yaml-read.ts";
import { KINDS, toYaml } from "./yaml-write.ts";

export type { MongoSpec };

export const mongodb = defineProtocol<MongoSpec>({
  name: "mongodb",
  kinds: Object.values(KINDS),
  speaksFirst: "client",
  isAnywhere: false,
  upgrades: false,
  alpn: [],
  detect: (head) => detect(head.client),
  record: () => new RecordSession(),
  replay: (peer, pool) => new ReplaySession(pool, peer),
  key: keyOf,
  toYaml,
  fromYaml,
});

/** Where its servers listen. */
export const mongodbSocket: KnownSocket = {
  path: /(?:^|[@/])mongodb-(\d+)\.sock$/,
  remedy: "mongodb://127.0.0.1:$1",
};
