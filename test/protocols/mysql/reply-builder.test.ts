import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { Can, Form } from "../../../src/protocols/mysql/capabilities.ts";
import { ReplyBuilder } from "../../../src/protocols/mysql/reply-builder.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const column = hex("03646566 00 00 00 0131 00 0c 3f00 01000000 03 8100 00 0000");

test("a result, with the ends that the client wants", () => {
  for (const [bits, packets] of [
    [0n, ["01", column, "fe00000200", "0131", "fe00000200"]],
    [Can.DeprecateEof, ["01", column, "0131", "fe000002000000"]],
  ] as const) {
    const builder = new ReplyBuilder("result", new Form(bits));
    const progress = packets.map((packet) => builder.take(typeof packet === "string" ? hex(packet) : packet));
    expect(progress.at(-1)).toBe("done");
    expect(progress.slice(0, -1).every((each) => each === "more")).toBe(true);
    expect(builder.replies.map(({ reply }) => reply)).toEqual(["columns", "rows", "end"]);
  }
});

test("several results are one answer; an error ends it", () => {
  const builder = new ReplyBuilder("result", new Form(0n));
  expect([builder.take(hex("0001000a000000")), builder.take(hex("ff7a04 6e6f"))]).toEqual(["more", "done"]);
  expect(builder.replies.map(({ reply }) => reply)).toEqual(["ok", "error"]);
});

test("a file comes before the answer", () => {
  const builder = new ReplyBuilder("result", new Form(0n));
  expect(builder.take(hex("fb 782e637376"))).toBe("file");
  for (const piece of ["61", "62", ""]) builder.file(hex(piece));
  expect(builder.take(hex("00020002000000"))).toBe("done");
  expect(builder.replies[0]).toEqual({ reply: "file", file: "x.csv", sent: new Uint8Array([0x61, 0x62]) });
});

test("columns that the client knows are not sent again", () => {
  const known = [{ name: "n" }] as never;
  const builder = new ReplyBuilder("result", new Form(Can.CacheMetadata | Can.DeprecateEof), known);
  expect([builder.take(hex("0100")), builder.take(hex("000001")), builder.take(hex("fe000002000000"))]).toEqual(["more", "more", "done"]); // prettier-ignore
  expect(builder.replies[0]).toEqual({ reply: "columns", columns: known, end: null });
});

test("what answers no command is a FormatError", () => {
  expect(() => new ReplyBuilder("ok", new Form(0n)).take(hex("01"))).toThrow(FormatError);
});
