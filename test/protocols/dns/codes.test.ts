/** Words and numbers against dns-packet's. */
import { expect, test } from "bun:test";
import { queryOf } from "../../support/dns-wire.ts";
import { classes, rcodes, types } from "../../../src/protocols/dns/codes.ts";

/** The number that dns-packet writes for a word: behind the header and a name of one letter. */
const toType = (word: string): number => Buffer.from(queryOf("a", word)).readUInt16BE(15);

test("the words are the ones that others use", () => {
  for (const word of ["A", "NS", "CNAME", "SOA", "PTR", "MX", "TXT", "AAAA", "SRV", "NAPTR", "DS", "CAA"]) {
    expect(types.word(toType(word))).toBe(word);
    expect(types.code(word.toLowerCase())).toBe(toType(word));
  }
});

test("what has no word is written with its number", () => {
  expect([types.word(65280), classes.word(0x8001), rcodes.word(11)]).toEqual(["TYPE65280", "CLASS32769", "RCODE11"]);
  expect([types.code("TYPE65280"), classes.code("CH"), rcodes.code("NXDOMAIN")]).toEqual([65280, 3, 3]);
  expect([types.code("TYPE65536"), types.code("NONSENSE"), types.code("")]).toEqual([undefined, undefined, undefined]);
});
