import { expect, test } from "bun:test";
import { message } from "../../../src/protocols/postgres/message-writer.ts";

test("a message carries its type and the length of itself", () => {
  expect(Buffer.from(message(0x51, (body) => body.text("x"))).toString("hex")).toBe("51000000067800");
  expect(Buffer.from(message(null, (body) => body.int32(1))).toString("hex")).toBe("0000000800000001");
});

test("a value has its length, none is -1; a list has its count", () => {
  const list = [Uint8Array.of(7), null];
  const said = message(0x42, (body) => body.list(list, (each) => body.value(each)));
  expect(Buffer.from(said).toString("hex")).toBe("420000000f" + "0002" + "0000000107" + "ffffffff");
});
