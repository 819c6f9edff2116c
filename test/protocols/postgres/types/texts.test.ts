import { expect, test } from "bun:test";
import { bytea, char, jsonb, nothing, text, uuid } from "../../../../src/protocols/postgres/types/texts.ts";

test("bytea reads both of its formats, and other types refuse what they are not", () => {
  expect(bytea.toBinary("\\x00Ff")).toEqual(Uint8Array.of(0, 255));
  expect(bytea.toBinary("a\\\\b\\377")).toEqual(Uint8Array.of(97, 92, 98, 255));
  expect([bytea.toBinary("\\x0"), bytea.toBinary("\\9"), uuid.toBinary("x"), char.toBinary("ab")]).toEqual(Array(4).fill(undefined)); // prettier-ignore
  expect([jsonb.toText(Uint8Array.of(2, 123)), text.toText(Uint8Array.of(0xff)), nothing.toBinary("x")]).toEqual(Array(3).fill(undefined)); // prettier-ignore
  expect(uuid.toBinary("{A0EEBC999C0B4EF8BB6D6BB9BD380A11}")).toEqual(
    uuid.toBinary("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
  );
});
