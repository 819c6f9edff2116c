import { expect, test } from "bun:test";
import {
  bytesOf,
  decodeText,
  encodeText,
  equalBytes,
  joinBytes,
  wordOf,
} from "../../../src/protocols/mysql/text-bytes.ts";

test("text is text, other bytes stay bytes, and both come back", () => {
  expect([wordOf(Buffer.from("Zoë")), wordOf(Uint8Array.of(0xff, 0))]).toEqual(["Zoë", Uint8Array.of(0xff, 0)]);
  expect(Buffer.from(bytesOf("ë")).toString("hex")).toBe("c3ab");
  for (const bytes of [Buffer.from("é"), Uint8Array.of(0xe9, 0x41), Buffer.from("\uf8ffx")]) {
    expect(equalBytes(encodeText(decodeText(bytes)), bytes)).toBe(true);
  }
});

test("pieces are joined", () => {
  expect(joinBytes([Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3)])).toEqual(Uint8Array.of(1, 2, 3));
});
