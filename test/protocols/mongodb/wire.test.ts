import { expect, test } from "bun:test";
import { crc32c } from "../../../src/protocols/mongodb/crc32c.ts";
import { encodeMessage, encodeReply } from "../../../src/protocols/mongodb/wire.ts";
import { bson, framed, message } from "./messages.ts";

test("an answer is spelt as a server spells it", () => {
  const head = { requestId: 3, responseTo: 4, flags: 2 };
  expect(encodeMessage(head, bson({ ok: 1 }))).toEqual(message({ ok: 1 }, { id: 3, to: 4, flags: 2 }));
});

test("a checked answer ends with its checksum", () => {
  const bytes = encodeMessage({ requestId: 3, responseTo: 4, flags: 1 }, bson({ ok: 1 }));
  expect(Buffer.from(bytes.subarray(-4)).readUInt32LE()).toBe(crc32c(bytes.subarray(0, -4)));
});

test("a connection's first form of question is answered by OP_REPLY", () => {
  const body = Buffer.concat([Buffer.from("0800000000000000000000000000000001000000", "hex"), bson({ ok: 1 })]);
  expect(encodeReply({ requestId: 3, responseTo: 4, flags: 0 }, bson({ ok: 1 }))).toEqual(
    framed(1, body, { id: 3, to: 4 }),
  );
});
