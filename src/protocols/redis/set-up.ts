/** The answers to commands that set a connection up, where nothing recorded is needed to give them. */
import { bytesOf, type Word } from "../../lib/bytes/text.ts";
import type { Version } from "./spec.ts";
import { bulk, integer, list, OK, status, type Value } from "./value.ts";

/** `isSubscribed`: in RESP2, where a subscribed connection is answered in lists. */
export function setUpReply(name: string, words: readonly Word[], isSubscribed: boolean): Value {
  const [, argument] = words;
  switch (name) {
    case "PING":
      if (isSubscribed) return list([text("pong"), bulk(bytesOf(argument ?? ""))]);
      return argument === undefined ? status("PONG") : bulk(bytesOf(argument));
    case "RESET":
      return status("RESET");
    case "CLIENT ID":
      return integer(1);
    default:
      return OK;
  }
}

/** For a recording that has no HELLO of that version. */
export function helloReply(version: Version): Value {
  const fields: [string, Value][] = [
    ["server", text("redis")],
    ["version", text("7.0.0")],
    ["proto", integer(version)],
    ["id", integer(1)],
    ["mode", text("standalone")],
    ["role", text("master")],
    ["modules", list([])],
  ];
  if (version === 2) return list(fields.flatMap(([name, value]) => [text(name), value]));
  return { type: "map", entries: fields.map(([name, value]) => [text(name), value]) };
}

const text = (of: string): Value => bulk(Buffer.from(of));
