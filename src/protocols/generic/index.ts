/**
 * Protocols that no other folder knows: bytes and turns, text where they are text. It claims no connection: it gets those
 * that every other protocol has refused. It reads no meaning, so it alone may answer what is merely alike, visibly.
 */
import { defineProtocol } from "../../core/protocol.ts";
import { RecordSession } from "./record-session.ts";
import { ReplaySession } from "./replay-session.ts";
import { fromYaml, type GenericSpec, keyOf, toYaml } from "./spec.ts";

export type { GenericSpec };

export const generic = defineProtocol<GenericSpec>({
  name: "generic",
  kinds: ["Generic"],
  speaksFirst: "client",
  isAnywhere: false,
  upgrades: false,
  alpn: [],
  detect: () => "no",
  record: (peer) => new RecordSession(peer),
  replay: (peer, pool) => new ReplaySession(peer, pool),
  key: keyOf,
  toYaml,
  fromYaml,
});
