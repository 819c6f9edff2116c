/** Recorded replies as wire bytes. */
import { NOTHING } from "../../lib/bytes/pieces.ts";
import { encodeBack } from "./backend.ts";
import type { CopySent, Execution, Reply, ReplyOf } from "./spec.ts";

/** The bytes of one reply; rows and copy data are as recorded. */
export function replyBytes(reply: Reply): Uint8Array {
  switch (reply.reply) {
    case "rows":
    case "copyData":
      return reply.rows;
    case "columns":
      return encodeBack({ message: "columns", columns: reply.columns });
    case "tag":
      return encodeBack({ message: "tag", tag: reply.tag });
    case "empty":
    case "suspended":
    case "copyDone":
      return encodeBack({ message: reply.reply });
    case "error":
    case "notice":
      return encodeBack({ message: reply.reply, fields: reply.fields });
    case "notification":
      return encodeBack({ message: "notification", process: reply.process, channel: reply.channel, payload: reply.payload }); // prettier-ignore
    case "parameter":
      return encodeBack({ message: "parameter", name: reply.name, value: reply.value });
    case "copyIn":
    case "copyOut":
      return encodeBack({ message: reply.reply, format: reply.format, formats: reply.formats });
    case "function":
      return encodeBack({ message: "function", value: reply.value });
  }
}

/** The error that ends the connection, as FATAL and PANIC do. */
export function endsConnection(reply: Reply): boolean {
  if (reply.reply !== "error") return false;
  return reply.fields.some(([code, text]) => (code === "V" || code === "S") && (text === "FATAL" || text === "PANIC"));
}

/** What is asked for once the client has sent its data: nothing of it is answered yet. */
export function copiedIn(sent: readonly CopySent[]): ReplyOf<"copyIn">[] {
  return sent.map((each) => ({ reply: "copyIn", format: 0, formats: [], sent: each }));
}

/** For a copy that the server cut off, the data plays no part. */
export const cutCopy: CopySent = { data: NOTHING, end: "cut", reason: "" };

/** An execution as asked for: with the replies that its key needs, and otherwise none. */
export function asking(
  known: Pick<Execution, "form" | "database" | "user" | "sql" | "cursor" | "parameters" | "resultFormats">,
  rest: Partial<Pick<Execution, "stage" | "replies" | "transaction">>,
): Execution {
  const idle = { before: "I", after: "I" } as const;
  return { type: "execution", stage: "execute", replies: [], transaction: idle, pushes: [], ...known, ...rest };
}
