import { expect, test } from "bun:test";
import { Int32, Long, ObjectId } from "bson";
import { documentOfPlain } from "../../../src/protocols/mongodb/extended-json-read.ts";
import { bson } from "./messages.ts";

test("canonical and relaxed extended JSON of other tools is read too", () => {
  const plain = {
    a: { $numberInt: "5" },
    b: 5_000_000_000,
    c: { $date: { $numberLong: "5" } },
    d: { $oid: "507f1f77bcf86cd799439011" },
  };
  const want = {
    a: new Int32(5),
    b: Long.fromNumber(5_000_000_000),
    c: new Date(5),
    d: new ObjectId("507f1f77bcf86cd799439011"),
  };
  expect(documentOfPlain(plain, "d")).toEqual(bson(want));
});

test("what is wrong is named by its path", () => {
  const wrong: [unknown, string][] = [
    [5, "spec.reply"],
    [{ a: [{ b: { $oid: "x" } }] }, "spec.reply.a[0].b.$oid"],
    [{ a: { $date: "never" } }, "spec.reply.a"],
    [{ a: { $numberLong: "99999999999999999999" } }, "spec.reply.a.$numberLong"],
    [
      {
        $fields: [
          ["a", 1],
          ["a", 2],
        ],
      },
      "spec.reply.a",
    ],
    [{ a: { $timestamp: { t: -1, i: 0 } } }, "spec.reply.a.$timestamp"],
  ];
  for (const [plain, path] of wrong) expect(() => documentOfPlain(plain, "spec.reply")).toThrow(`${path} `);
});
