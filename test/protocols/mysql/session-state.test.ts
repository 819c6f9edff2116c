import { expect, test } from "bun:test";
import { databaseOf } from "../../../src/protocols/mysql/session-state.ts";

test("the database that a session went to is read, anything else passed over", () => {
  const hex = (text: string) => Buffer.from(text, "hex");
  expect(databaseOf(hex("01050473686f70"))).toBe("shop");
  expect(databaseOf(hex("020131" + "01050473686f70"))).toBe("shop");
  expect([databaseOf(hex("020131")), databaseOf(hex("01ff")), databaseOf(hex(""))]).toEqual([undefined, undefined, undefined]); // prettier-ignore
});
