/** Names between the wire and text. */
import { expect, test } from "bun:test";
import { badMessage, labelsOf, plainName, readEscape, readName } from "../../../src/protocols/dns/names.ts";

const wire = (...labels: (string | Uint8Array)[]): Uint8Array =>
  Uint8Array.of(...labels.flatMap((label) => [label.length, ...Buffer.from(label as string)]), 0);

test("odd bytes are escaped and come back", () => {
  const odd = wire("a.b", "c d", Uint8Array.of(0, 255) as never, 'q"');
  const { text, next } = readName(odd, 0);
  expect(text).toBe('a\\.b.c\\032d.\\000\\255.q\\".');
  expect(next).toBe(odd.length);
  expect(labelsOf(text)?.map((label) => [...label])).toEqual([
    [97, 46, 98],
    [99, 32, 100],
    [0, 255],
    [113, 34],
  ]);
});

test("the root, a missing last dot, and what is no name", () => {
  expect(readName(Uint8Array.of(0), 0)).toEqual({ text: ".", next: 1 });
  expect(labelsOf(".")).toEqual([]);
  expect(labelsOf("a.b")).toEqual(labelsOf("a.b."));
  expect(labelsOf("a\\.")?.map((label) => Buffer.from(label).toString())).toEqual(["a."]);
  for (const bad of ["", "a..b", "x".repeat(64), `${"x".repeat(60)}.`.repeat(5), "a\\999"]) {
    expect(labelsOf(bad)).toBeUndefined();
  }
});

test("pointers lead backwards only", () => {
  const message = Uint8Array.of(...wire("example"), 4, ...Buffer.from("shop"), 0xc0, 0);
  expect(readName(message, 9)).toEqual({ text: "shop.example.", next: 16 });
  expect(() => readName(Uint8Array.of(0xc0, 0), 0)).toThrow("points forwards");
  expect(() => readName(Uint8Array.of(0xc0, 2, 0xc0, 0), 0)).toThrow("points forwards");
  expect(() => readName(Uint8Array.of(1, 97, 0xc0, 0), 0)).toThrow("points forwards");
  expect(() => readName(Uint8Array.of(0x80, 0), 0)).toThrow("label of an unknown kind");
  expect(badMessage("is odd", 3).where).toBe("offset 3");
});

test("people see names in lower case and without the last dot; escapes are single steps", () => {
  expect([plainName("Shop.Example."), plainName(".")]).toEqual(["shop.example", "."]);
  expect(readEscape(Buffer.from("\\046x"), 0)).toEqual({ byte: 46, last: 3 });
  expect(readEscape(Buffer.from("\\.x"), 0)).toEqual({ byte: 46, last: 1 });
  expect(readEscape(Buffer.from("\\"), 0)).toBeUndefined();
});
