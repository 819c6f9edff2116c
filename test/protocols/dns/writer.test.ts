/** Numbers, names and lengths, byte for byte. */
import { expect, test } from "bun:test";
import { MessageWriter } from "../../../src/protocols/dns/writer.ts";

const hex = (fill: (writer: MessageWriter) => void): string => {
  const writer = new MessageWriter();
  fill(writer);
  return Buffer.from(writer.finish()).toString("hex");
};

test("numbers are in network order and lengths stand before what they count", () => {
  expect(hex((writer) => (writer.uint(0xffffffff, 4), writer.uint(258, 2), writer.uint(7, 1)))).toBe("ffffffff010207");
  expect(hex((writer) => writer.sized(() => writer.bytes([1, 2, 3])))).toBe("0003010203");
  expect(() => hex((writer) => writer.sized(() => writer.bytes(new Uint8Array(65_536))))).toThrow("more than 65535");
});

test("a name ends in a pointer to an equal ending, of the same case, where that is allowed", () => {
  const names = (compress: boolean) => (writer: MessageWriter) => {
    writer.name("a.b.", true);
    writer.name("c.b.", compress);
    writer.name("c.B.", compress);
  };
  expect(hex(names(true))).toBe("01610162000163c00201630142" + "00");
  expect(hex(names(false))).toBe("0161016200016301620001630142" + "00");
  expect(() => hex((writer) => writer.name("a..b", true))).toThrow("is not a domain name");
});
