import { expect, test } from "bun:test";
import { drivers, fallback, protocols } from "../../src/protocols/index.ts";

test("the registry lists each protocol once, and its drivers drive what it lists", () => {
  const names = [...protocols, fallback].map((protocol) => protocol.name);
  expect([...new Set(names)]).toEqual(names);
  expect(drivers.map((driver) => names.includes(driver.protocol))).toEqual(drivers.map(() => true));
});
