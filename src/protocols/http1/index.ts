/**
 * HTTP/1.0 and 1.1: recorded and replayed as a dependency's protocol, and driven as the app's own. HTTP/2 and what
 * follows an upgrade are not its business; what passes a tunnel is another's.
 */
import { defineProtocol } from "../../core/protocol.ts";
import type { KnownSocket } from "../../core/unix-socket.ts";
import { detect } from "./detect.ts";
import { specFromYaml } from "./from-yaml.ts";
import { keyOf } from "./key.ts";
import { RecordSession } from "./record-session.ts";
import { ReplaySession } from "./replay-session.ts";
import type { HttpSpec } from "./spec.ts";
import { specToYaml } from "./to-yaml.ts";

export { http1Driver } from "./driver.ts";
export type { HttpSpec } from "./spec.ts";

/** The protocol. */
export const http1 = defineProtocol<HttpSpec>({
  name: "http1",
  kinds: ["Http"],
  speaksFirst: "client",
  isAnywhere: false,
  upgrades: true,
  alpn: ["http/1.1", "http/1.0"],
  detect,
  record: (peer) => new RecordSession(peer),
  replay: (peer, pool) => new ReplaySession(peer, pool),
  key: ({ request }) => keyOf(request),
  toYaml: (spec) => ({ kind: "Http", spec: specToYaml(spec) }),
  fromYaml: (_kind, spec) => specFromYaml(spec),
});

/** Servers of it that listen at a path by custom. */
export const http1Sockets: readonly KnownSocket[] = [
  {
    path: /(?:^|[@/])docker\.sock$/,
    remedy: "DOCKER_HOST=tcp://127.0.0.1:2375, where its daemon is told to listen as well",
  },
];
