import { expect, test } from "bun:test";
import { leafSubjectOf } from "../../src/proxy/leaf-subject.ts";

test("a name is a name, an address an address, wherever it was said", () => {
  const addresses = (address: string) => ({ names: [], addresses: [address], fault: "none" as const });
  expect(leafSubjectOf("shop.example", "10.0.0.7")).toEqual({ names: ["shop.example"], addresses: [], fault: "none" });
  expect(leafSubjectOf("10.0.0.8", "10.0.0.7")).toEqual(addresses("10.0.0.8"));
  expect(leafSubjectOf(null, "2001:db8::1")).toEqual(addresses("2001:db8::1"));
  expect(leafSubjectOf(null, "far.example").names).toEqual(["far.example"]);
});
