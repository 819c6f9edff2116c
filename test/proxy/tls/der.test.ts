/** What is encoded is read by openssl's asn1parse; node-forge's own reader is no judge of its writer. */
import { expect, test } from "bun:test";
import * as der from "../../../src/proxy/tls/der.ts";

const parse = (value: der.Asn1): string[] => {
  const run = Bun.spawnSync(["openssl", "asn1parse", "-inform", "DER"], { stdin: Buffer.from(der.encodeDer(value)) });
  const lines = run.stdout.toString().trim().split("\n");
  return lines.map((line) =>
    line
      .replace(/^.*?(prim|cons): /, "")
      .replace(/\s+/g, " ")
      .trim(),
  );
};

test("each piece is what openssl takes it for", () => {
  const at = (text: string): der.Asn1 => der.time(new Date(text));
  const whole = der.sequence(
    der.set(der.oid("2.5.29.17"), der.yes()),
    der.integer(Uint8Array.of(0x40, 0xff)),
    der.octets(Uint8Array.of(1, 0xfe)),
    der.utf8("bücher"),
    at("2049-12-31T23:59:59.500Z"),
    at("2050-01-01T00:00:00.000Z"),
    der.tagged(3, der.integer(Uint8Array.of(2))),
    der.taggedBytes(2, Buffer.from("a.b")),
  );
  expect(parse(whole)).toEqual([
    "SEQUENCE",
    "SET",
    "OBJECT :X509v3 Subject Alternative Name",
    "BOOLEAN :255",
    "INTEGER :40FF",
    "OCTET STRING [HEX DUMP]:01FE",
    "UTF8STRING :bücher",
    "UTCTIME :491231235959Z",
    "GENERALIZEDTIME :20500101000000Z",
    "cont [ 3 ]",
    "INTEGER :02",
    "cont [ 2 ]",
  ]);
});

test("bits carry how many are left over, and what was encoded is decoded", () => {
  expect(Buffer.from(der.encodeDer(der.bits(Uint8Array.of(0x06), 1))).toString("hex")).toBe("03020106");
  const value = der.encodeDer(der.sequence(der.integer(Uint8Array.of(5))));
  expect(der.encodeDer(der.decodeDer(value))).toEqual(value);
  expect(() => der.decodeDer(Uint8Array.of(0x30, 0x05, 1))).toThrow();
});
