import { expect, test } from "bun:test";
import { Can, Form } from "../../../src/protocols/mysql/capabilities.ts";
import { decodeDone, decodeEnd, decodeError, encodeDone, encodeEnd, encodeError, Head, PLAIN_DONE } from "../../../src/protocols/mysql/endings.ts"; // prettier-ignore

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const tracking = new Form(Can.SessionTrack);

test("OK, as MariaDB sends it with a change of the session", () => {
  const bytes = hex("00010702400000" + "00" + "07" + "01050473686f70");
  const done = { affected: "1", insertId: "7", status: 0x4002, warnings: 0, info: "", state: hex("01050473686f70") };
  expect(decodeDone(bytes, tracking)).toEqual(done);
  expect(encodeDone(done, tracking)).toEqual(bytes);
  expect(encodeDone(done, new Form(0n))).toEqual(hex("00010702000000"));
  expect(encodeDone(PLAIN_DONE, tracking, Head.End)).toEqual(hex("fe000002000000"));
});

test("OK with words that have no length, as Vitess writes them, is read as far as it goes", () => {
  const bytes = hex("00010702000000" + "23" + "526f777320");
  expect(decodeDone(bytes, tracking)).toEqual({ ...PLAIN_DONE, affected: "1", insertId: "7" });
});

test("EOF and ERR", () => {
  expect(decodeEnd(hex("fe01000200"))).toEqual({ warnings: 1, status: 2 });
  expect(encodeEnd({ warnings: 1, status: 2 })).toEqual(hex("fe01000200"));
  const bytes = hex("ff7a04" + "23" + "3432533032" + "6e6f");
  const error = { reply: "error", code: 1146, state: "42S02", message: "no" } as const;
  expect([decodeError(bytes), encodeError(error)]).toEqual([error, bytes] as never);
  expect(decodeError(hex("ff100441"))).toEqual({ reply: "error", code: 1040, state: "", message: "A" });
});
