import { expect, test } from "bun:test";
import { addressBytes, addressText } from "../../src/capture/address.ts";

test.each([
  ["127.0.0.1", "00000000000000000000ffff7f000001"],
  ["::", "00000000000000000000000000000000"],
  ["::1", "00000000000000000000000000000001"],
  ["2001:db8::7", "20010db8000000000000000000000007"],
  ["fe80::1:0:0:2", "fe800000000000000001000000000002"],
  ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
])("%s and back", (text, hex) => {
  const bytes = addressBytes(text);
  expect(bytes?.toHex()).toBe(hex);
  expect(addressText(bytes ?? new Uint8Array(16))).toBe(text);
});

test("mapped addresses and scopes", () => {
  expect(addressBytes("::ffff:10.0.0.1")).toEqual(addressBytes("10.0.0.1"));
  expect(addressBytes("fe80::1%eth0")).toEqual(addressBytes("fe80::1"));
  expect(addressText(Uint8Array.of(0, 0, ...(addressBytes("10.0.0.1") ?? [])), 2)).toBe("10.0.0.1");
});

test.each(["", "db.example", "1.2.3", "256.0.0.1", ":::", "1:2:3:4:5:6:7:8:9", "1::2::3", "g::"])(
  "%p is no address",
  (text) => {
    expect(addressBytes(text)).toBeNull();
  },
);
