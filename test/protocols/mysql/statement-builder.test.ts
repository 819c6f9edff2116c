import { expect, test } from "bun:test";
import { Can, Form } from "../../../src/protocols/mysql/capabilities.ts";
import { StatementBuilder } from "../../../src/protocols/mysql/statement-builder.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const column = hex("03646566 00 00 00 0131 00 0c 3f00 01000000 03 8100 00 0000");
const head = hex("00 02000000 0100 0100 00 0000");

test("parameters, then columns, with the ends that the client wants", () => {
  const eof = hex("fe00000200");
  for (const [bits, packets] of [
    [0n, [head, column, eof, column, eof]],
    [Can.DeprecateEof, [head, column, column]],
  ] as const) {
    const builder = new StatementBuilder(new Form(bits));
    expect(packets.map((packet) => builder.take(packet)).indexOf("done")).toBe(packets.length - 1);
    const { number, parameters, columns, ends } = builder.described;
    expect([number, parameters.length, columns.length, ends.length]).toEqual([2, 1, 1, bits === 0n ? 2 : 0]);
  }
});

test("a statement without either, and a refusal", () => {
  expect(new StatementBuilder(new Form(0n)).take(hex("00 02000000 0000 0000 00 0000"))).toBe("done");
  const refused = new StatementBuilder(new Form(0n));
  expect([refused.take(hex("ff7a04 6e6f")), refused.described.error?.code]).toEqual(["done", 1146]);
});
