/** One spelling for one host. */
import { expect, test } from "bun:test";
import { plainAddress } from "../../src/proxy/address.ts";

test("IPv4 inside IPv6 is IPv4, and everything else stays", () => {
  expect(["::ffff:10.0.0.1", "::FFFF:1.2.3.4", "10.0.0.1", "::1", "::ffff:a00:1"].map(plainAddress)).toEqual([
    "10.0.0.1",
    "1.2.3.4",
    "10.0.0.1",
    "::1",
    "::ffff:a00:1",
  ]);
});
