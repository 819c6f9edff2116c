/** SVCB parameters, with the examples of RFC 9460, appendix D. */
import { expect, test } from "bun:test";
import { parametersBytes, parametersText } from "../../../src/protocols/dns/service-parameters.ts";

test("the RFC's examples read and write", () => {
  const examples: [string, string][] = [
    ["port=53", "000300020035"],
    ["key667=hello", "029b000568656c6c6f"],
    ["key667=hello\\210qoo", "029b000968656c6c6fd2716f6f"],
    ["ipv6hint=2001:db8::1,2001:db8::53:1", "0006002020010db800000000000000000000000120010db8000000000000000000530001"],
    [
      "mandatory=alpn,ipv4hint alpn=h2,h3-19 ipv4hint=192.0.2.1",
      "000000040001000400010009026832056833 2d313900040004c0000201".replace(" ", ""),
    ],
    ["no-default-alpn", "00020000"],
  ];
  for (const [text, hex] of examples) {
    expect(parametersText(Buffer.from(hex, "hex"))).toBe(text);
    expect(Buffer.from(parametersBytes(text.split(" ")) ?? []).toString("hex")).toBe(hex);
  }
});

test("what is not understood is refused", () => {
  for (const word of ["colour=red", "port=http", "ipv4hint=1.2.3", "mandatory=x", "key70000=a"])
    expect(parametersBytes([word])).toBeUndefined();
  expect(() => parametersText(Uint8Array.of(0, 1, 0, 9, 1))).toThrow();
});
