import { expect, test } from "bun:test";
import { asking, copiedIn, cutCopy, endsConnection, replyBytes } from "../../../src/protocols/postgres/reply-bytes.ts";
import type { Reply } from "../../../src/protocols/postgres/spec.ts";
import { failure, row, tag, told } from "../../support/postgres-talk.ts";

test("replies are the server's bytes", () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  const pairs: [Reply, Buffer][] = [
    [{ reply: "tag", tag: "BEGIN" }, tag("BEGIN")],
    [{ reply: "rows", rows: row("a") }, row("a")],
    [{ reply: "copyOut", format: 0, formats: [0] }, told("H", 0, { int16: 1 }, { int16: 0 })],
    [{ reply: "error", fields: [["S", "ERROR"], ["V", "ERROR"], ["C", "x"], ["M", "y"]] }, failure("x", "y")], // prettier-ignore
  ];
  expect(pairs.map(([reply]) => hex(replyBytes(reply)))).toEqual(pairs.map(([, bytes]) => hex(bytes)));
});

test("FATAL ends a connection, ERROR does not", () => {
  expect(endsConnection({ reply: "error", fields: [["V", "FATAL"]] })).toBe(true);
  expect(endsConnection({ reply: "error", fields: [["V", "ERROR"]] })).toBe(false);
  expect(endsConnection({ reply: "notice", fields: [["V", "FATAL"]] })).toBe(false);
});

test("an execution that is asked for has no answers but the data it brings", () => {
  const known = { form: "simple", database: "d", user: "u", sql: "COPY t FROM STDIN", cursor: null, parameters: [], resultFormats: [] } as const; // prettier-ignore
  expect(asking(known, {}).replies).toEqual([]);
  expect(asking(known, { replies: copiedIn([cutCopy]) }).replies.map((each) => each.reply)).toEqual(["copyIn"]);
});
