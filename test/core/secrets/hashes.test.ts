import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { findHashes, hashLike } from "../../../src/core/secrets/hashes.ts";

const password = ["hunter2", "Xyz"].join("-");

test("hashes are found among the secrets, by what they are hashes of", () => {
  const secrets = [
    {
      name: "bcrypt-1",
      value: Bun.password.hashSync(password, { algorithm: "bcrypt", cost: 4 }).replace("$2b$", "$2a$"),
    },
    { name: "other-1", value: "another" },
    { name: "password-1", value: password },
    { name: "argon-1", value: Bun.password.hashSync(password, { algorithm: "argon2id", memoryCost: 64, timeCost: 2 }) },
    { name: "digest-1", value: createHash("sha256").update("another").digest("base64url") },
    { name: "stranger-1", value: Bun.password.hashSync("nobody", { algorithm: "bcrypt", cost: 4 }) },
  ];
  expect([...findHashes(secrets)]).toEqual([
    ["bcrypt-1", { of: "password-1", by: "bcrypt" }],
    ["argon-1", { of: "password-1", by: "argon2id" }],
    ["digest-1", { of: "other-1", by: "sha256-base64url" }],
  ]);
});

test("the hash of a stand-in is made in the same manner", () => {
  const bcrypt = hashLike("$2y$04$[0-9a-zA-Z]{53}", "bcrypt", password) ?? "";
  expect(bcrypt).toStartWith("$2y$04$");
  expect(Bun.password.verifySync(password, bcrypt.replace("$2y$", "$2b$"))).toBe(true);
  expect(hashLike("", "sha1-hex", "a")).toBe(createHash("sha1").update("a").digest("hex"));
  expect(hashLike("", "argon2id", password)).toStartWith("$argon2id$");
  expect(hashLike("", "unknown", "a")).toBeUndefined();
});
