import { expect, test } from "bun:test";
import { Settings, staysRefused, withoutSecrets } from "../../../src/protocols/redis/setting.ts";

test("a connection is what it was last granted", () => {
  const settings = new Settings();
  const steps = [["SELECT", "3"], ["HELLO", "3"], ["HELLO"], ["RESET"]].map((words) => {
    settings.grant(words[0] ?? "", words);
    return settings.now;
  });
  expect(steps).toEqual([
    { database: 3, version: 2 },
    { database: 3, version: 3 },
    { database: 3, version: 3 },
    { database: 0, version: 2 },
  ]);
});

test("passwords are left out, names stay", () => {
  expect([
    withoutSecrets("AUTH", ["AUTH", "secret"]),
    withoutSecrets("AUTH", ["AUTH", "ann", "secret"]),
    withoutSecrets("HELLO", ["HELLO", "3", "AUTH", "ann", "secret", "SETNAME", "x"]),
    withoutSecrets("SELECT", ["SELECT", "1"]),
  ]).toEqual([["AUTH"], ["AUTH", "ann"], ["HELLO", "3", "AUTH", "ann", "SETNAME", "x"], ["SELECT", "1"]]);
});

test("what a server does not know it will not know again", () => {
  expect(["AUTH", "CLIENT SETINFO", "MULTI", "PING"].map(staysRefused)).toEqual([true, true, false, false]);
});
