import { expect, test } from "bun:test";
import { ByteWriter, message } from "../../../src/protocols/postgres/byte-writer.ts";

test("a message carries its type and the length of itself", () => {
  expect(Buffer.from(message(0x51, (body) => body.text("x"))).toString("hex")).toBe("51000000067800");
  expect(Buffer.from(message(null, (body) => body.int32(1))).toString("hex")).toBe("0000000800000001");
});

test("grows over its first size wherever that falls", () => {
  for (let before = 250; before < 260; before++) {
    const writer = new ByteWriter().raw(new Uint8Array(before)).int32(0x01020304).int16(-2).value(null);
    const written = writer.finish();
    expect(Buffer.from(written.subarray(before)).toString("hex")).toBe("01020304fffeffffffff");
  }
});
