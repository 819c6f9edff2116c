/** Expected bytes are Python's `ipaddress.packed`. */
import { expect, test } from "bun:test";
import { addressBytes } from "../../../src/proxy/tls/address-bytes.ts";

const hex = (text: string): string | null => {
  const bytes = addressBytes(text);
  return bytes === null ? null : Buffer.from(bytes).toString("hex");
};

test("addresses are spelt in bytes, names are none", () => {
  expect(hex("127.0.0.1")).toBe("7f000001");
  expect(hex("::1")).toBe("00000000000000000000000000000001");
  expect(hex("::")).toBe("00000000000000000000000000000000");
  expect(hex("2001:db8::8a2e:370:7334")).toBe("20010db80000000000008a2e03707334");
  expect(hex("1:2:3:4:5:6:7:8")).toBe("00010002000300040005000600070008");
  expect(hex("64:ff9b::192.0.2.33")).toBe("0064ff9b0000000000000000c0000221");
  expect(hex("fe80::1%eth0")).toBe("fe800000000000000000000000000001");
  expect(hex("[::1]")).toBe("00000000000000000000000000000001");
  expect(hex("::ffff:10.0.0.1")).toBe("0a000001");
  expect(hex("shop.example")).toBeNull();
  expect(hex("")).toBeNull();
});
