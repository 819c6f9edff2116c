/** Which answers are kept, and how often each may be given. */
import type { Reuse } from "../../core/exchange.ts";
import { isSetUp } from "./commands.ts";
import { fingerprintOf } from "./reply-bytes.ts";
import { canonicalSql, isSessionStatement } from "./sql.ts";
import type { Command, Execution, Fetch } from "./spec.ts";
import { PLAIN_DONE } from "./endings.ts";

/** False for what replay would say by itself. */
export function isWorthKeeping(command: number, spec: Execution | Fetch | Command): boolean {
  if (!isSetUp(command)) return true;
  const [reply, ...more] = spec.replies;
  if (reply === undefined || more.length > 0 || (reply.reply !== "ok" && reply.reply !== "end")) return true;
  return fingerprintOf([reply]) !== fingerprintOf([{ reply: reply.reply, ...PLAIN_DONE, status: reply.status }]);
}

export function reuseOf(spec: Execution | Fetch | Command): Reuse {
  if (spec.type === "command") return "repeat";
  if (spec.type === "fetch") return "once";
  return isSessionStatement(canonicalSql(spec.sql)) ? "repeat" : "once";
}
