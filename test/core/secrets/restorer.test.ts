import { expect, test } from "bun:test";
import type { Difference } from "../../../src/core/diff.ts";
import { Restorer } from "../../../src/core/secrets/restorer.ts";
import type { Shape } from "../../../src/core/secrets/vault.ts";
import { signedToken } from "../../support/planted-secrets.ts";

const token = signedToken("the key", { sub: "7" });
const shapes = new Map<string, Shape>([
  ["key-1", { like: "live_[0-9a-z]{12}", from: "API_KEY" }],
  ["password-1", { like: "[0-9a-z]{9}" }],
  ["basic-1", { text: "ann:{{secret.password-1}}" }],
  ["jwt-1", { jwt: { header: '{"alg":"HS256","typ":"JWT"}', payload: '{"sub":"7"}', signature: "[0-9a-zA-Z]{43}" }, from: "JWT_KEY" }], // prettier-ignore
]);
const values = new Map([
  ["key-1", "live_kept12345678".slice(0, 17)],
  ["password-1", "kept12345"],
  ["jwt-1", token],
  ["env.DB", "postgres://a:b@c/d"],
]);

const changed = (expected: unknown, actual: unknown): Difference => ({
  path: "body",
  expected,
  actual,
  change: "changed",
});

test("what the surroundings have goes before what was kept, and that before stand-ins", () => {
  const kept = new Restorer({ values, shapes }, []);
  expect(kept.text("{{secret.key-1}} {{secret.basic-1:base64}} {{secret.jwt-1}}")).toBe(
    `live_kept12345678 ${Buffer.from("ann:kept12345").toString("base64")} ${token}`,
  );
  expect(new Restorer({ values, shapes }, ["API_KEY=rotated"]).text("{{secret.key-1}}")).toBe("rotated");
  const none = new Restorer({ values: new Map(), shapes }, []);
  expect(none.text("{{secret.key-1}}")).toMatch(/^live_[0-9a-z]{12}$/);
  expect(none.latin1("{{secret.password-1}}").length).toBe(9);
});

test("a token is signed again where its key is known, and keeps its claims where not", () => {
  expect(new Restorer({ values: new Map(), shapes }, ["JWT_KEY=the key"]).text("{{secret.jwt-1}}")).toBe(token);
  const [head, payload] = token.split(".");
  const standIn = new Restorer({ values: new Map(), shapes }, []).text("{{secret.jwt-1}}");
  expect(standIn).toStartWith(`${head}.${payload}.`);
  expect(standIn.length).toBe(token.length);
});

test("real values in the place of stand-ins are explained, each stand-in by one value", () => {
  const restorer = new Restorer({ values: new Map(), shapes }, []);
  const standIn = restorer.text("{{secret.key-1}}");
  const real = "live_abcdef123456";
  expect(restorer.explains([changed(`k=${standIn}&n=1`, `k=${real}&n=2`)])).toBe(false);
  expect(restorer.explains([changed(`k=${standIn}`, "k=short")])).toBe(false);
  expect(restorer.explains([changed(`k=${standIn}`, `k=${real}`), changed("a", "b")])).toBe(false);
  expect(restorer.explains([changed(`k=${standIn}`, "k=live_zzzzzz999999"), changed(standIn, real)])).toBe(false);
  expect(restorer.explains([changed(`k=${standIn}`, `k=${real}`), changed([standIn], [real])])).toBe(true);
  expect(restorer.explains([changed(standIn, "live_zzzzzz999999")])).toBe(false);
  expect(restorer.explains([changed(standIn, real)])).toBe(true);
  expect(restorer.explains([])).toBe(false);
});

test("with the values nothing is explained away", () => {
  const restorer = new Restorer({ values, shapes }, []);
  expect(restorer.explains([changed("live_kept12345678", "live_abcdef123456")])).toBe(false);
});

test("the hash of a password without its value is that of its stand-in", () => {
  const hashes = new Map<string, Shape>([
    ["password-1", { like: "[0-9a-z]{9}" }],
    ["hash-1", { like: "$2b$04$[0-9a-z]{53}", hash: { of: "password-1", by: "bcrypt" } }],
  ]);
  const restorer = new Restorer({ values: new Map([["hash-1", "kept"]]), shapes: hashes }, []);
  expect(Bun.password.verifySync(restorer.text("{{secret.password-1}}"), restorer.text("{{secret.hash-1}}"))).toBe(
    true,
  );
  expect(restorer.text("{{secret.hash-1}}")).toBe(restorer.text("{{secret.hash-1}}"));
  const kept = new Map([["password-1", "abc123def"], ["hash-1", "kept"]]); // prettier-ignore
  expect(new Restorer({ values: kept, shapes: hashes }, []).text("{{secret.hash-1}}")).toBe("kept");
});

test("values are told to whoever looks for passwords", () => {
  expect(new Restorer({ values, shapes }, []).surroundings()).toContain("DB=postgres://a:b@c/d");
  expect(new Restorer({ values, shapes }, []).secrets().map(({ name }) => name)).toEqual([...shapes.keys(), "env.DB"]);
});
