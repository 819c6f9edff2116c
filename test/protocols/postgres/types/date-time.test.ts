import { expect, test } from "bun:test";
import { date, time, timestamp, timestamptz, timetz } from "../../../../src/protocols/postgres/types/date-time.ts";

test("ISO spellings that drivers send are read; days that do not exist and instants without zone are not", () => {
  const show = (text: string) => timestamptz.toText(timestamptz.toBinary(text) ?? new Uint8Array(0));
  expect(show("2023-11-14T22:13:20.123Z")).toBe("2023-11-14 22:13:20.123+00");
  expect(show("2023-11-14 23:13:20+01:00")).toBe("2023-11-14 22:13:20+00");
  expect(timestamptz.toBinary("2023-11-14 22:13:20")).toBeUndefined();
  expect(timestamp.toBinary("2023-11-14 22:13:20")).toHaveLength(8);
  expect([date.toBinary("2023-02-29"), date.toBinary("14/11/2023"), time.toBinary("24:00:01"), timetz.toBinary("10:00")]).toEqual(Array(4).fill(undefined)); // prettier-ignore
});
