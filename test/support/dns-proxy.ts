/** The proxy with nothing but DNS in it, over exchanges that a test recorded. */
import { type Exchange, type Miss } from "../../src/core/exchange.ts";
import { type Pool } from "../../src/core/pool.ts";
import { type Protocol } from "../../src/core/protocol.ts";
import { dns } from "../../src/protocols/dns/index.ts";
import { type DnsSpec } from "../../src/protocols/dns/spec.ts";
import { type Proxy, startProxy } from "../../src/proxy/listener.ts";
import { exactPool } from "./exact-pool.ts";
import { toyProtocol } from "./toy-protocol.ts";

export interface DnsProxyOptions {
  readonly exchanges: readonly Exchange<DnsSpec>[];
  readonly names?: Map<string, string>;
  readonly onMiss?: (miss: Miss) => void;
  readonly onUnread?: (reason: string) => void;
}

/** Every asker counts as the app, asking 10.0.0.53. */
export const dnsProxy = ({ exchanges, names, onMiss, onUnread }: DnsProxyOptions): Promise<Proxy> => {
  const pool = exactPool(dns, exchanges) as Pool<unknown>;
  return startProxy({
    mode: "answer",
    isTlsFor: () => false,
    tls: null,
    refusedFor: () => null,
    surroundings: [],
    protocols: [dns as Protocol],
    fallback: toyProtocol as Protocol,
    originOf: () => ({ address: "10.0.0.53", port: 53 }),
    poolFor: () => pool,
    expectedFor: () => null,
    names: names ?? new Map<string, string>(),
    budgetBytes: 1 << 20,
    onMiss: (miss) => onMiss?.(miss),
    onUnread: (reason) => onUnread?.(reason),
  });
};
