import { expect, test } from "bun:test";
import { candidates, Passwords, passwordsIn } from "../../src/core/passwords.ts";
import { isProof, proofOf, scramKeys } from "../../src/core/scram.ts";

const first = (text: string): string | undefined => candidates([text])[0];

test("a password is found where drivers take it from", () => {
  const found = {
    "DATABASE_URL=postgres://app:secret@db:5432/shop?sslmode=require": "secret",
    "DATABASE_URL=postgresql://app:p%40ss%2Fw:1@db/shop": "p@ss/w:1",
    "URL=postgres://app:p@ss@db/shop": "p@ss",
    "MONGODB_URI=mongodb://app:s3cr%23t@db:27017/shop": "s3cr#t",
    "PGPASSWORD=secret": "secret",
    "DSN=host=db user=app password='it\\'s a secret' dbname=shop": "it's a secret",
    "JDBC_URL=jdbc:postgresql://db/shop?user=app&password=secret&ssl=true": "secret",
    "CONNECTION=Host=db;Username=app;Password=secret;Database=shop": "secret",
    "exec java -Dspring.datasource.password=secret -jar app.jar": "secret",
    'CONFIG={"db": {"pass": "se cret", "user": "app"}}': "se cret",
    "db.internal:5432:*:app:se\\:cret": "se:cret",
    secret: "secret",
  };
  expect(Object.fromEntries(Object.keys(found).map((text) => [text, first(text)]))).toEqual(found);
});

test("connection strings come first, undone from their spelling", () => {
  const surroundings = ["PATH=/bin", "MONGO_PASSWORD=named", "MONGODB_URI=mongodb://app:s3cr%23t@db:27017/shop"];
  expect(candidates(surroundings).slice(0, 3)).toEqual(["s3cr#t", "s3cr%23t", "named"]);
});

test("single words come last, and there is an end to them", () => {
  expect(candidates(["sh -c 'app hunter2'", "KEY=DB_PASS=x y"])).toEqual(["x", "sh -c 'app hunter2'", "DB_PASS=x y", "sh", "-c", "app", "hunter2", "KEY", "DB_PASS", "y"]); // prettier-ignore
  expect(candidates(Array.from({ length: 1000 }, (_, n) => `NAME=value${n}`)).length).toBe(300);
});

test("the one that the client proved itself with is found among them", () => {
  const salted = { hash: "sha256", salt: Buffer.from("0123456789abcdef"), iterations: 4096 } as const;
  const keys = scramKeys("right", salted);
  const proof = proofOf(keys, "exchange");
  const passwords = new Passwords(["A=wrong", "B=right"]);
  expect(passwords.keysFor(salted, (each) => isProof(each, "exchange", proof))).toEqual(keys);
  expect(passwords.keysFor(salted, () => false)).toBeNull();
  expect([new Passwords([]).isEmpty, passwords.isEmpty]).toEqual([true, false]);
});

test("where a digest is salted in its place, each digest has its keys", () => {
  const salted = { hash: "sha1", salt: Buffer.from("salt"), iterations: 10 } as const;
  const passwords = new Passwords(["A=right"]);
  const keysOf = (user: string) =>
    passwords.keysFor({ ...salted, secretOf: (password) => `${user} ${password}` }, () => true);
  expect([keysOf("ann"), keysOf("bob")]).toEqual([scramKeys("ann right", salted), scramKeys("bob right", salted)]);
});

test("a server that asks for endless rounds gets none of them", () => {
  const salted = { hash: "sha256", salt: Buffer.from("A"), iterations: 999_999_999 } as const;
  expect(new Passwords(["A=right"]).keysFor(salted, () => true)).toBeNull();
});

test("connections of one app share what was found", () => {
  const surroundings = ["PGPASSWORD=secret"];
  expect(passwordsIn(surroundings)).toBe(passwordsIn(surroundings));
});
