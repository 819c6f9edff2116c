/** Name look-ups over UDP and TCP: recorded like any exchange, so that replay needs no name server. */
import { defineProtocol } from "../../core/protocol.ts";
import { detect } from "./detect.ts";
import { recordDns } from "./record.ts";
import { replayDns } from "./replay.ts";
import { type DnsSpec, keyOf } from "./spec.ts";
import { fromYaml, kind, toYaml } from "./yaml.ts";

export const dns = defineProtocol<DnsSpec>({
  name: "dns",
  kinds: [kind],
  speaksFirst: "client",
  isAnywhere: true,
  upgrades: false,
  alpn: ["dot"],
  detect,
  record: recordDns,
  replay: replayDns,
  key: (spec) => keyOf(spec.request),
  toYaml,
  fromYaml,
});
