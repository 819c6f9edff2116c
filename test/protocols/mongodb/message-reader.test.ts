import { expect, test } from "bun:test";
import { deserialize } from "bson";
import { FormatError } from "../../../src/core/errors.ts";
import { MessageReader } from "../../../src/protocols/mongodb/message-reader.ts";
import { cutBytes } from "../../support/run-session.ts";
import { bson, framed, message, query } from "./messages.ts";

/** `find users {name: "ann ann …"}` by pymongo's codec and python-snappy, zlib and python-zstandard. */
const compressed = [
  "ZQAAAAcAAAAAAAAA3AcAAN0HAAC4AAAAAbgBAAABAXCzAAAAAmZpbmQABgAAAHVzZXJzAANmaWx0ZXIAiAEcMG5hbWUAeQAAAGFubiD+BADOBABAAAACJGRiAAUAAABzaG9wAAA=",
  "XgAAAAcAAAAAAAAA3AcAAN0HAAC4AAAAAnicY2AAgs1AzJSWmZfCwAZklRanFhUzMKdl5pSkFjF0gOTyEnNTGSqBrMS8PIWBwEA3qKQkMbACnVCckV/AwAAAjXQ1TQ==",
  "ZgAAAAcAAAAAAAAA3AcAAN0HAAC4AAAAAyi1L/0guCUCAAJEDhrAJa0B/wNfe1u7RWvSrkTsW7Sq6kKVQNZeKQsCSnsxQYj5uDsvTIBzhiwNlqWIjaVGuBHdUuaHHwIAcZdfv84n",
].map((text) => new Uint8Array(Buffer.from(text, "base64")));

const read = (...pieces: Uint8Array[]) => {
  const reader = new MessageReader();
  const found: unknown[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      const { requestId, form, document, sequences, database } = next;
      found.push([requestId, form, database, deserialize(document), sequences.map(({ name, documents }) => [name, documents.map((each) => deserialize(each))])]); // prettier-ignore
    }
  }
  return found;
};

test("reads messages with their sequences, however they are cut", () => {
  const bytes = message({ insert: "a", $db: "b" }, { id: 5, sequences: { documents: [{ x: 1 }, { x: 2 }] } });
  const want = [[5, "message", null, { insert: "a", $db: "b" }, [["documents", [{ x: 1 }, { x: 2 }]]]]];
  expect(read(bytes)).toEqual(want);
  expect(read(...cutBytes(bytes, 3))).toEqual(want);
});

test("passes over a checksum, and reads the form in which connections begin", () => {
  const plain = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), bson({ ping: 1 }), Buffer.from("sum!")]);
  expect(read(framed(2013, plain), query({ isMaster: 1 }))).toEqual([
    [1, "message", null, { ping: 1 }, []],
    [1, "query", "admin", { isMaster: 1 }, []],
  ]);
});

test("undoes snappy, zlib and zstd as other programs make them", () => {
  const want = [7, "message", null, { find: "users", filter: { name: "ann ".repeat(30) }, $db: "shop" }, []];
  expect(read(...compressed)).toEqual([want, want, want]);
});

test("after lost bytes goes on where a message surely begins", () => {
  const reader = new MessageReader();
  reader.push(message({ a: 1 }).subarray(0, 20));
  reader.lose();
  reader.push(message({ b: "x".repeat(50) }).subarray(20));
  expect(reader.next()).toBeUndefined();
  reader.push(message({ c: 1 }, { id: 9 }));
  expect(reader.next()?.requestId).toBe(9);
});

test("refuses what no message is", () => {
  for (const bytes of [
    framed(2002, new Uint8Array(30)),
    framed(2013, new Uint8Array(30)),
    framed(2012, new Uint8Array(3)),
    Buffer.from("ffffffffffffffffffffffffffffffff", "hex"),
  ]) {
    expect(() => read(new Uint8Array(bytes))).toThrow(FormatError);
  }
});
