/**
 * Tells a MySQL connection by the server's first packet: a greeting of protocol 10, or an error in its place. The client is
 * silent until then.
 */
import type { Detection } from "../../core/protocol.ts";

const HEADER = 4;
const GREETING = 0x0a;
const ERROR = 0xff;
const LENGTH_MOST = 1024;
/** A version, and behind its end the connection's number and half of the challenge. */
const VERSION = /^[\x20-\x7e]{1,120}\0/;
const VERSION_HEAD = /^[\x20-\x7e]{0,120}$/;
const BEHIND_VERSION = 13;
/** A code of the server's, perhaps a state, and words. */
const WORDS = /^(?:#[0-9A-Z]{5})?[\x20-\x7e\x80-\xff]{4,}$/;
const CODE_LEAST = 1000;
const CODE_MOST = 5000;

/** Looks at the server's bytes; a client that has spoken before them is another protocol's. */
export function detect(server: Uint8Array, client: Uint8Array): Detection {
  const verdict = judge(server);
  return verdict === "more" && client.length > 0 ? "no" : verdict;
}

function judge(server: Uint8Array): Detection {
  const length = (server[0] ?? 0) | ((server[1] ?? 0) << 8);
  if (server.length > 1 && (length > LENGTH_MOST || length < HEADER)) return "no";
  if ((server.length > 2 && server[2] !== 0) || (server.length > 3 && server[3] !== 0)) return "no";
  if (server.length <= HEADER) return "more";
  const text = Buffer.from(server.buffer, server.byteOffset, server.byteLength).toString("latin1", HEADER + 1, HEADER + length); // prettier-ignore
  if (server[HEADER] === GREETING) {
    const version = VERSION.exec(text)?.[0];
    if (version === undefined) return VERSION_HEAD.test(text) && text.length < length - 1 ? "more" : "no";
    return length >= 1 + version.length + BEHIND_VERSION ? "yes" : "no";
  }
  if (server[HEADER] !== ERROR) return "no";
  if (server.length < HEADER + length) return "more";
  const code = (server[HEADER + 1] ?? 0) | ((server[HEADER + 2] ?? 0) << 8);
  return code >= CODE_LEAST && code < CODE_MOST && WORDS.test(text.slice(2)) ? "yes" : "no";
}
