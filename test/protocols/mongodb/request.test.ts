import { expect, test } from "bun:test";
import { Timestamp } from "bson";
import { MessageReader } from "../../../src/protocols/mongodb/message-reader.ts";
import { nameOf, requestOf, subjectOf, textElement, unwrapped } from "../../../src/protocols/mongodb/request.ts";
import { documentOf } from "../../../src/protocols/mongodb/documents.ts";
import { bson, message, query } from "./messages.ts";

const requestFrom = (bytes: Uint8Array): Uint8Array => {
  const reader = new MessageReader();
  reader.push(bytes);
  const read = reader.next();
  if (read === undefined) throw new Error("no message");
  return requestOf(read);
};

test("what is volatile goes, sequences become lists", () => {
  const volatile = { lsid: { id: 1 }, txnNumber: 5, $clusterTime: {}, autocommit: false, startTransaction: true };
  const readConcern = { level: "majority", afterClusterTime: new Timestamp({ t: 1, i: 1 }) };
  const sent = { insert: "a", ...volatile, readConcern, $db: "b" };
  expect(requestFrom(message(sent, { sequences: { documents: [{ x: 1 }] } }))).toEqual(
    bson({ insert: "a", readConcern: { level: "majority" }, $db: "b", documents: [{ x: 1 }] }),
  );
  const { afterClusterTime } = readConcern;
  expect(requestFrom(message({ find: "a", readConcern: { afterClusterTime }, $db: "b" }))).toEqual(bson({ find: "a", $db: "b" })); // prettier-ignore
});

test("a question in the first form says its database beside it", () => {
  expect(requestFrom(query({ $query: { ping: 1 } }))).toEqual(bson({ ping: 1, $db: "admin" }));
  expect(unwrapped(bson({ ping: 1 }))).toEqual(bson({ ping: 1 }));
});

test("names what a command is about", () => {
  expect(subjectOf(bson({ find: "a", $db: "b" }))).toEqual({ name: "find", database: "b", collection: "a" });
  expect(subjectOf(bson({ getMore: 5, collection: "a", $db: "b" })).collection).toBe("a");
  expect(nameOf(bson({ ping: 1 }))).toBe("ping");
  expect(() => nameOf(bson({}))).toThrow("without a name");
  expect(documentOf([textElement("a", "é")])).toEqual(bson({ a: "é" }));
});
