import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { asking, copiedIn } from "../../../src/protocols/postgres/reply-bytes.ts";
import { afterCopies, ReplayCopy } from "../../../src/protocols/postgres/replay-copy.ts";

test("data that comes in pieces is one, and what follows the last copy is the rest of the answer", () => {
  const known = { form: "simple", database: "d", user: "u", sql: "COPY t FROM STDIN", cursor: null, parameters: [], resultFormats: [] } as const; // prettier-ignore
  const sent = { data: new Uint8Array(0), end: "done", reason: "" } as const;
  const candidate = asking(known, { replies: [...copiedIn([sent]), { reply: "tag", tag: "COPY 1" }] });
  const copy = new ReplayCopy(asking(known, {}), candidate, true);
  expect([copy.next()?.length, copy.next(), copy.isCut]).toEqual([1, undefined, false]);
  const message = Buffer.concat([serialize.copyData(Buffer.from("ab")), serialize.copyData(Buffer.from("c"))]);
  for (const byte of message) copy.take(Uint8Array.of(byte));
  copy.ended("done", "");
  expect(copy.sent.map((each) => Buffer.from(each.data).toString())).toEqual(["abc"]);
  expect(afterCopies(candidate)).toEqual([{ reply: "tag", tag: "COPY 1" }]);
});
