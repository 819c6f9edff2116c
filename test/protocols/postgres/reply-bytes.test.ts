import { expect, test } from "bun:test";
import { asking, copiedIn, cutCopy, endsConnection, replyBytes } from "../../../src/protocols/postgres/reply-bytes.ts";
import { failure, row, tag, told } from "../../support/postgres-talk.ts";

test("replies are the server's bytes", () => {
  expect(Buffer.from(replyBytes({ reply: "tag", tag: "BEGIN" }))).toEqual(tag("BEGIN"));
  expect(Buffer.from(replyBytes({ reply: "rows", rows: row("a") }))).toEqual(row("a"));
  expect(Buffer.from(replyBytes({ reply: "copyOut", format: 0, formats: [0] }))).toEqual(told("H", 0, { int16: 1 }, { int16: 0 })); // prettier-ignore
  expect(Buffer.from(replyBytes({ reply: "error", fields: [["S", "ERROR"], ["V", "ERROR"], ["C", "x"], ["M", "y"]] }))).toEqual(failure("x", "y")); // prettier-ignore
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
