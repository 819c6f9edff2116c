/** MySQL and MariaDB, protocol 10: the door of this folder. What is kept is in `spec.ts`, what is matched in `key.ts`. */
import { defineProtocol } from "../../core/protocol.ts";
import type { KnownSocket } from "../../core/unix-socket.ts";
import { detect } from "./detect.ts";
import { keyOf } from "./key.ts";
import { RecordSession } from "./record-session.ts";
import { ReplaySession } from "./replay-session.ts";
import type { MysqlSpec } from "./spec.ts";
import { fromYaml } from "./yaml-read.ts";
import { KINDS, toYaml } from "./yaml-write.ts";

const NAME = "mysql";

/** The wire protocol of MySQL, MariaDB and of all that speaks it. */
export const mysql = defineProtocol<MysqlSpec>({
  name: NAME,
  kinds: Object.values(KINDS),
  speaksFirst: "server",
  isAnywhere: false,
  upgrades: true,
  alpn: [],
  detect: (head) => detect(head.server, head.client),
  record: (peer) => new RecordSession(peer),
  replay: (peer, pool) => new ReplaySession({ peer, pool, protocol: NAME }),
  key: keyOf,
  toYaml,
  fromYaml,
});

/** Where its servers listen; most clients take the host `localhost` for it. */
export const mysqlSocket: KnownSocket = {
  path: /(?:^|[@/])(?:mysql|maria)[^/]*\.sock(?:et)?$/,
  remedy: "127.0.0.1 as the host (not localhost, which clients take for the socket)",
};
