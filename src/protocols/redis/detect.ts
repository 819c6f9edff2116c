/**
 * Tells a Redis connection by the client's first bytes: a list of strings (`*2\r\n$4\r\nAUTH\r\n`), or a line that begins
 * with a command that nobody else has. The head of a list is Redis's alone; words that HTTP knows as methods are not asked.
 */
import type { Detection } from "../../core/protocol.ts";

const LIST = /^\*[1-9]\d{0,6}\r\n\$[1-9]\d{0,4}\r\n/;
/** Every beginning of what `LIST` matches. */
const LIST_HEAD = /^\*(?:[1-9]\d{0,6}(?:\r(?:\n(?:\$(?:[1-9]\d{0,4}(?:\r\n?)?)?)?)?)?)?$/;
const INLINE = ["PING", "INFO", "AUTH", "HELLO", "MONITOR", "DBSIZE", "COMMAND", "SELECT", "QUIT"];
const HEAD = 24;
const LINE_MOST = 512;

/** Looks at the client's bytes only: the server is silent until they have come. */
export function detect(client: Uint8Array): Detection {
  if (client.length === 0) return "more";
  const most = client[0] === 0x2a ? HEAD : LINE_MOST;
  const head = Buffer.from(client.buffer, client.byteOffset, Math.min(client.length, most)).toString("latin1");
  if (head.startsWith("*")) return LIST.test(head) ? "yes" : LIST_HEAD.test(head) ? "more" : "no";
  const word = /^[A-Za-z]+/.exec(head)?.[0].toUpperCase() ?? "";
  if (word.length === head.length) return INLINE.some((known) => known.startsWith(word)) ? "more" : "no";
  return INLINE.includes(word) ? inline(head.slice(word.length)) : "no";
}

/** The line's end settles it: other protocols have such words too, with something else behind them. */
function inline(rest: string): Detection {
  if (!/^[ \r\n]/.test(rest)) return "no";
  const line = /^([^\r\n]*)\r?\n/.exec(rest)?.[1];
  if (line === undefined) return rest.length < LINE_MOST - HEAD ? "more" : "no";
  return / HTTP\/\d/.test(line) ? "no" : "yes";
}
