import { expect, test } from "bun:test";
import { bareValue, instantOf, isHex, isNumeric, isTimestamp, isUuid } from "../../src/core/value-form.ts";

const AT = Date.UTC(2026, 10, 21, 14, 0, 0);

test("instants as languages print them", () => {
  const spellings = [
    "2026-11-21T14:00:00Z",
    "2026-11-21T14:00:00.000000+00:00",
    "2026-11-21T16:00:00+0200",
    "2026-11-21 14:00:00",
    "2026-11-21 14:00:00+00",
    "2026-11-21 14:00:00 UTC",
    "2026-11-21 14:00:00.000000000 +0000 UTC m=+0.100",
    "Sat, 21 Nov 2026 14:00:00 GMT",
    "Sat Nov 21 2026 14:00:00 GMT+0000 (Coordinated Universal Time)",
    "Sat Nov 21 14:00:00 2026",
    "21/Nov/2026:14:00:00 +0000",
    "20261121T140000Z",
    "1795269600",
    "1795269600000",
    1_795_269_600,
    1_795_269_600_000,
  ];
  expect(spellings.map(instantOf)).toEqual(spellings.map(() => AT));
});

test("days and times of day are timestamps that name no instant", () => {
  expect(["2026-11-21", "14:00:00", "14:00"].map((text) => [isTimestamp(text), instantOf(text)])).toEqual([
    [true, undefined],
    [true, undefined],
    [true, undefined],
  ]);
});

test("what is none of the forms", () => {
  expect(["", "now", "1.2.3.4", "12", 7, null, true].filter(isTimestamp)).toEqual([]);
  expect(["1e3", "-1.5", 2, "0x10", "", " 1", "1,000"].filter(isNumeric)).toEqual(["1e3", "-1.5", 2]);
  expect(["ff", "0xFF", "fg", ""].filter(isHex)).toEqual(["ff", "0xFF"]);
  expect(["0b8e7a7c-51a5-4f0c-9f57-1f6e2b4a9c10", "0b8e7a7c51a54f0c9f571f6e2b4a9c10"].map(isUuid)).toEqual([
    true,
    false,
  ]);
});

test("a wrapper of one member is what it holds", () => {
  expect(bareValue({ $date: { $numberLong: "5" } })).toBe("5");
  expect(bareValue({ a: 1 })).toEqual({ a: 1 });
  expect(bareValue({ $a: 1, $b: 2 })).toEqual({ $a: 1, $b: 2 });
});
