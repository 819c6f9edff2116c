import { expect, test } from "bun:test";
import { Binary, Double, Long, ObjectId, Timestamp } from "bson";
import { documentOfText, LARGE_BYTES, textOfDocument } from "../../../src/protocols/mongodb/large-documents.ts";
import { bson } from "./messages.ts";

const item = (n: number) => ({
  _id: new ObjectId("507f1f77bcf86cd799439011"),
  n,
  big: Long.fromNumber(n),
  at: new Date(n * 1000),
  double: new Double(n),
  text: `"quoted", [brackets] {braces} \\ and ü ☃ ${"x".repeat(50)}`,
  inner: { empty: {}, list: [[1, [2]], { $gt: n }] },
});
const reply = (items: number) => ({
  cursor: { firstBatch: Array.from({ length: items }, (_, n) => item(n)), id: Long.ZERO, ns: "a.b" },
  operationTime: new Timestamp({ t: 5, i: 6 }),
  ok: 1,
});

test("each member of what is large stands on a line of its own, and all comes back to the byte", () => {
  const document = bson(reply(1000));
  const text = textOfDocument(document) ?? "";
  expect(text.split("\n").slice(0, 3)).toEqual(["{", '"cursor": {', '"firstBatch": [']);
  expect(JSON.parse(text)).toMatchObject({ cursor: { ns: "a.b" }, ok: 1 });
  expect(documentOfText(text, "reply")).toEqual(document);
});

test("any layout of the same text is read, and what was changed in it", () => {
  const document = bson(reply(800));
  const data = JSON.parse(textOfDocument(document) ?? "") as { ok: number };
  for (const space of [undefined, 2, "\t"]) {
    expect(documentOfText(JSON.stringify(data, null, space), "reply")).toEqual(document);
  }
  const edited = documentOfText(JSON.stringify({ ...data, ok: 7 }), "reply");
  expect(edited).toEqual(bson({ ...reply(800), ok: 7 }));
});

test("large values of other types are one piece", () => {
  const document = bson({ bytes: new Binary(Buffer.alloc(LARGE_BYTES * 2, 1)), text: '"['.repeat(LARGE_BYTES) });
  expect(documentOfText(textOfDocument(document) ?? "", "reply")).toEqual(document);
});

test("what text would lose is refused", () => {
  const odd = new Uint8Array(Buffer.from("0800000006610000", "hex"));
  expect(textOfDocument(odd)).toBeUndefined();
  expect(textOfDocument(bson({ $oid: "x" }))).toBeUndefined();
});

test("names what is wrong", () => {
  expect(() => documentOfText("[]", "spec.reply")).toThrow("spec.reply is not a document.");
  const long = JSON.stringify("x".repeat(LARGE_BYTES));
  expect(() => documentOfText(`{"a": ${long}, "b": nothing}`, "spec.reply")).toThrow("spec.reply.b is not JSON.");
  expect(() => documentOfText(`{"a": ${long}} more}`, "spec.reply")).toThrow("spec.reply is not JSON.");
});
