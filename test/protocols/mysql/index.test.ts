import { expect, test } from "bun:test";
import { mysql } from "../../../src/protocols/mysql/index.ts";
import { protocols } from "../../../src/protocols/index.ts";

test("the protocol is in the list, its server speaks first, and TLS may begin in the middle", () => {
  expect(protocols.filter((protocol) => protocol.name === mysql.name)).toHaveLength(1);
  expect([mysql.speaksFirst, mysql.upgrades, mysql.kinds[0]]).toEqual(["server", true, "Mysql"]);
});
