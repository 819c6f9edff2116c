import { expect, test } from "bun:test";
import { mongodb } from "../../../src/protocols/mongodb/index.ts";
import { message } from "./messages.ts";

test("is asked first, and tells its kinds", () => {
  const { name, kinds, speaksFirst, upgrades } = mongodb;
  expect({ name, kinds, speaksFirst, upgrades }).toEqual({
    name: "mongodb",
    kinds: ["MongoCommand", "MongoHello"],
    speaksFirst: "client",
    upgrades: false,
  });
  const heads = { client: message({ hello: 1 }), server: new Uint8Array() };
  expect(mongodb.detect(heads, {} as never)).toBe("yes");
});
