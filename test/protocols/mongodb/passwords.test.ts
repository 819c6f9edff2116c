import { expect, test } from "bun:test";
import { candidates, Passwords, passwordsIn } from "../../../src/protocols/mongodb/passwords.ts";
import { scramKeys } from "../../../src/protocols/mongodb/scram.ts";

const surroundings = ["PATH=/bin", "MONGO_PASSWORD=named", "MONGODB_URI=mongodb://app:s3cr%23t@db:27017/shop"];

test("connection strings come first, undone from their spelling", () => {
  expect(candidates(surroundings).slice(0, 3)).toEqual(["s3cr#t", "s3cr%23t", "named"]);
});

test("the one that is accepted is found, and none where none is", () => {
  const salted = { hash: "sha256", user: "app", salt: Buffer.from("salt"), iterations: 10 } as const;
  const want = scramKeys("named", salted);
  const passwords = new Passwords(surroundings);
  expect(passwords.keysFor(salted, ({ client }) => Buffer.compare(client, want.client) === 0)).toEqual(want);
  expect(passwords.keysFor(salted, () => false)).toBeNull();
  expect(passwordsIn(surroundings)).toBe(passwordsIn(surroundings));
});
