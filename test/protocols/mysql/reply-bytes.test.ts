import { expect, test } from "bun:test";
import { Can, Form } from "../../../src/protocols/mysql/capabilities.ts";
import { PLAIN_DONE } from "../../../src/protocols/mysql/endings.ts";
import { PacketReader } from "../../../src/protocols/mysql/packets.ts";
import { fileRequest, fingerprintOf, PacketWriter, writeReplies, writeStatement } from "../../../src/protocols/mysql/reply-bytes.ts"; // prettier-ignore
import type { Column, Reply, Statement } from "../../../src/protocols/mysql/spec.ts";

const column: Column = {
  ...{ catalog: "def", schema: "", table: "", originalTable: "", name: "n", originalName: "", charset: 63, length: 1 },
  ...{ type: 3, flags: 0, decimals: 0, extended: null, fallback: null },
};
const result: Reply[] = [
  { reply: "columns", columns: [column], end: null },
  { reply: "rows", rows: new Uint8Array(Buffer.from("020000000137", "hex")) },
  { reply: "end", ...PLAIN_DONE },
];
const packetsOf = (writer: PacketWriter): string[] => {
  const reader = new PacketReader();
  reader.push(Buffer.concat(writer.pieces));
  const found: string[] = [];
  for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
    expect(packet.sequence).toBe(found.length + 1);
    found.push(Buffer.from(packet.payload).toString("hex"));
  }
  return found;
};
const written = (bits: bigint, known: readonly Column[] = []): string[] => {
  const writer = new PacketWriter(0);
  writeReplies(writer, result, { form: new Form(bits), known, isListed: false });
  return packetsOf(writer);
};
test("a result is written as the client reads it", () => {
  expect(written(0n).map((packet) => packet.slice(0, 12))).toEqual(["01", "036465660000", "fe00000200", "0137", "fe00000200"]); // prettier-ignore
  expect(written(Can.DeprecateEof).slice(2)).toEqual(["0137", "fe000002000000"]);
  expect(written(Can.DeprecateEof | Can.CacheMetadata, [column])).toEqual(["0100", "0137", "fe000002000000"]);
  expect(written(Can.DeprecateEof | Can.OptionalMetadata)[0]).toBe("0101");
});

test("a prepared statement, and a refused one", () => {
  const spec: Statement = { type: "statement", database: "", user: "", sql: "", number: 1, parameters: [column], columns: [], warnings: 0, ends: [], error: null }; // prettier-ignore
  const writer = new PacketWriter(0);
  writeStatement(writer, spec, 9, new Form(0n));
  expect(packetsOf(writer).map((packet) => packet.slice(0, 24))).toEqual(["000900000000000100000000", expect.any(String), "fe00000200"] as never); // prettier-ignore
  const refused = new PacketWriter(0);
  writeStatement(refused, { ...spec, error: { reply: "error", code: 1146, state: "42S02", message: "no" } }, 9, new Form(0n)); // prettier-ignore
  expect(packetsOf(refused)).toEqual(["ff7a0423343253303" + "26e6f"]);
});

test("a file is asked for by name; bytes count in a fingerprint", () => {
  expect(Buffer.from(fileRequest("x")).toString("hex")).toBe("fb78");
  expect(fingerprintOf({ a: Uint8Array.of(1) })).not.toBe(fingerprintOf({ a: Uint8Array.of(2) }));
});
