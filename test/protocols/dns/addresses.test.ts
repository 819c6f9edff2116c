/** Addresses against node's own judgement of what is one. */
import { expect, test } from "bun:test";
import { isIPv6 } from "node:net";
import { ipv4Bytes, ipv4Text, ipv6Bytes, ipv6Text } from "../../../src/protocols/dns/addresses.ts";

test("IPv6 is written in its one shortest spelling and read in any", () => {
  const spellings: [string, string][] = [
    ["2001:0db8:0:0:0:0:0:1", "2001:db8::1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::1", "::1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["fe80::", "fe80::"],
    ["::ffff:10.0.0.1", "::ffff:10.0.0.1"],
    ["64:ff9b::10.0.0.1", "64:ff9b::a00:1"],
  ];
  for (const [given, shown] of spellings) {
    expect(isIPv6(given)).toBe(true);
    expect(ipv6Text(ipv6Bytes(given) ?? new Uint8Array(0))).toBe(shown);
  }
  for (const bad of ["", "1", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "g::", "::1.2.3", "12345::"]) {
    expect(isIPv6(bad)).toBe(false);
    expect(ipv6Bytes(bad)).toBeUndefined();
  }
});

test("IPv4 is four numbers", () => {
  expect(ipv4Text(ipv4Bytes("10.0.0.7") ?? new Uint8Array(0))).toBe("10.0.0.7");
  expect(["1.2.3", "1.2.3.256", "a.b.c.d", "1.2.3.4.5"].map(ipv4Bytes)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
