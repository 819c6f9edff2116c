/** Whether what a node of a cluster tells of its nodes tells of this one, so that the answer is this one's as well. */
import type { Peer } from "../../core/protocol.ts";
import type { RedisSpec } from "./spec.ts";
import { encoded, type Value } from "./value.ts";

/** The server that is asked. */
export type Node = Pick<Peer, "host" | "address" | "port">;

/** Slots and shards hold the port as a number, nodes as `address:port@bus`. */
export function tellsOf({ host, address, port }: Node, spec: RedisSpec): boolean {
  if (spec.type !== "command" || spec.reply === null) return false;
  const text = Buffer.from(encoded(spec.reply)).toString("latin1");
  const places = text.includes(`:${port}\r\n`) || text.includes(`:${port}@`);
  return places && (text.includes(address) || text.includes(host));
}

/** Whether the server says which other node is to be asked. */
export const isRedirection = (reply: Value): boolean =>
  reply.type === "error" && typeof reply.text === "string" && /^(MOVED|ASK) \d/.test(reply.text);
