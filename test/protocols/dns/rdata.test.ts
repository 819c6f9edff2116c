/** Record data, beside what message.test.ts shows with an independent encoder: unknown types and inexact data. */
import { expect, test } from "bun:test";
import { rdataText, writeRdata } from "../../../src/protocols/dns/rdata.ts";
import { tokensOf } from "../../../src/protocols/dns/tokens.ts";
import { MessageWriter } from "../../../src/protocols/dns/writer.ts";

const text = (type: number, hex: string): string => {
  const bytes = Buffer.from(hex, "hex");
  return rdataText(type, bytes, { from: 0, to: bytes.length });
};

const bytes = (type: number, words: string): string | null => {
  const writer = new MessageWriter();
  return writeRdata(type, tokensOf(words) ?? [], writer) ? Buffer.from(writer.finish()).toString("hex") : null;
};

test("types without a row, and data that its row cannot say, are kept as RFC 3597 writes them", () => {
  const cases: [number, string, string][] = [
    [52, "030101ab", "\\# 4 030101ab"],
    [1, "0a0000", "\\# 3 0a0000"],
    [1, "0a00000102", "\\# 5 0a00000102"],
    [15, "000a", "\\# 2 000a"],
    [16, "", "\\# 0"],
    [16, "05616263", "\\# 4 05616263"],
    [28, "", "\\# 0"],
  ];
  for (const [type, hex, words] of cases) {
    expect(text(type, hex)).toBe(words);
    expect(bytes(type, words)).toBe(hex);
  }
});

test("HTTPS and NAPTR read as zone files have them", () => {
  const https = "0001000001000302683200030002" + "01bb" + "000400040a000007";
  expect(text(65, https)).toBe("1 . alpn=h2 port=443 ipv4hint=10.0.0.7");
  expect(bytes(65, '1 . alpn="h2" port="443" ipv4hint="10.0.0.7"')).toBe(https);
  const naptr = "0064000a0173075349502b443255" + "00" + "045f73697003636f6d00";
  expect(text(35, naptr)).toBe('100 10 "s" "SIP+D2U" "" _sip.com.');
  expect(bytes(35, '100 10 "s" "SIP+D2U" "" _sip.com.')).toBe(naptr);
});

test("words that do not fit the type are refused", () => {
  expect(bytes(1, "10.0.0.256")).toBeNull();
  expect(bytes(28, "::1::")).toBeNull();
  expect(bytes(15, "70000 mail.")).toBeNull();
  expect(bytes(15, "10 mail. more")).toBeNull();
  expect(bytes(16, `"${"x".repeat(256)}"`)).toBeNull();
  expect(bytes(52, "1 2 3")).toBeNull();
  expect(bytes(52, "\\# 3 0a")).toBeNull();
});
