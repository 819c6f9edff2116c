import { expect, test } from "bun:test";
import { Vault } from "../../../src/core/secrets/vault.ts";
import { signedToken } from "../../support/planted-secrets.ts";

const vaultIn = (...surroundings: string[]) => new Vault([], surroundings, (text) => text);

test("a value has one name, whatever it is called", () => {
  const vault = vaultIn();
  expect(vault.nameFor("value-one", "X-Api-Key", null)).toBe("{{secret.x-api-key-1}}");
  expect(vault.nameFor("value-one", "password", "hex")).toBe("{{secret.x-api-key-1:hex}}");
  expect(vault.nameFor("value-two", "X-Api-Key", null)).toBe("{{secret.x-api-key-2}}");
  expect(vault.takeUsed()).toEqual(["value-one", "value-one", "value-two"]);
  expect([
    vault.valueOf("x-api-key-1", null),
    vault.valueOf("x-api-key-2", "base64"),
    vault.valueOf("none", null),
  ]).toEqual(["value-one", "dmFsdWUtdHdv", undefined]);
});

test("where a value or a key that signed it comes from is kept", () => {
  const vault = vaultIn("API_KEY=from-the-environment-1", "JWT_SECRET=signing-key-2");
  expect(vault.secretOf("from-the-environment-1", "token").shape.from).toBe("API_KEY");
  expect(vault.secretOf(signedToken("signing-key-2", { sub: "1" }), "jwt").shape).toMatchObject({ from: "JWT_SECRET" });
  expect(vault.secretOf(signedToken("another", { sub: "1" }), "jwt").shape.from).toBeUndefined();
});

test("passwords and addresses of the environment are kept, whether any traffic shows them or not", () => {
  const vault = vaultIn(
    "DB_PASSWORD=ab1",
    "MONGO_URI=mongodb://u:p@h/d",
    "HOME=/root",
    "API_KEY=x1y2z3a4",
    "password: b",
  );
  expect([...vault.kept]).toEqual([
    ["env.DB_PASSWORD", "ab1"],
    ["env.MONGO_URI", "mongodb://u:p@h/d"],
  ]);
});

test("what is taken over keeps its names, and others get free ones", () => {
  const vault = vaultIn();
  vault.adopt([{ name: "password-1", kind: "password", value: "value-one", shape: { like: "x" } }]);
  expect(vault.secretOf("value-one", "token").name).toBe("password-1");
  expect(vault.secretOf("value-two", "password").name).toBe("password-2");
  expect(vault.scan.of("see value-one")?.needles.length).toBe(1);
});

test("only what is told by its name may have been overlooked before", () => {
  const vault = vaultIn();
  vault.secretOf("AKIA-like-1", "aws-access-key");
  expect(vault.namedCount).toBe(0);
  vault.secretOf("it's-awkward-1", "password");
  expect([vault.mayHold("p: 'it''s-awkward-1'"), vault.mayHold("p: none")]).toEqual([true, false]);
  expect(vault.namedCount).toBe(1);
});
