import { expect, test } from "bun:test";
import { distinguishedName, nameFrom, nameText } from "../../../src/proxy/tls/distinguished-name.ts";

test("what an engine tells is kept as text and read again", () => {
  const name = distinguishedName("C=DE\nO=Shop\\, Inc.\nCN=*.shop.example");
  expect(name).toEqual([
    ["C", "DE"],
    ["O", "Shop, Inc."],
    ["CN", "*.shop.example"],
  ]);
  expect(nameText(name ?? [])).toBe("C=DE, O=Shop, Inc., CN=*.shop.example");
  expect(nameFrom(nameText(name ?? []))).toEqual(name);
});

test.each(["", "OU=a + CN=b", "emailAddress=a@b.example", "CN=a (b)", "O=a;b", 'O=\\"a\\"', "O=Käse", "toString=a"])(
  "%p is no name that can be said again",
  (subject) => expect(distinguishedName(subject)).toBeNull(),
);
