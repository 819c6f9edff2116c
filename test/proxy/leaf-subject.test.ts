import { expect, test } from "bun:test";
import { hostNamesOf, leafSubjectOf } from "../../src/proxy/leaf-subject.ts";
import { Folder } from "../support/folder.ts";

test("a name is a name, an address an address, wherever it was said", () => {
  const addresses = (address: string) => ({ names: [], addresses: [address], fault: "none" as const });
  expect(leafSubjectOf("shop.example", "10.0.0.7")).toEqual({ names: ["shop.example"], addresses: [], fault: "none" });
  expect(leafSubjectOf("10.0.0.8", "10.0.0.7")).toEqual(addresses("10.0.0.8"));
  expect(leafSubjectOf(null, "2001:db8::1")).toEqual(addresses("2001:db8::1"));
  expect(leafSubjectOf(null, "far.example").names).toEqual(["far.example"]);
});

test("who is asked for by no name stands for all that it may be known by", () => {
  expect(leafSubjectOf(null, "10.0.0.7", ["db", "10.0.0.7"])).toEqual({ names: ["db"], addresses: ["10.0.0.7"], fault: "none" }); // prettier-ignore
  expect(leafSubjectOf("shop.example", "10.0.0.7", ["db"]).names).toEqual(["shop.example"]);
});

test("the host's table names addresses", () => {
  using folder = new Folder();
  const table = folder.write("hosts", "# 10.0.0.7 no\n127.0.0.1\tlocalhost\n10.0.0.7  db db.example # primary\n\n");
  expect(hostNamesOf("10.0.0.7", table)).toEqual(["db", "db.example"]);
  expect([hostNamesOf("10.0.0.9", table), hostNamesOf("127.0.0.1", folder.at("none"))]).toEqual([[], []]);
});
