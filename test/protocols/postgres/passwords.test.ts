import { expect, test } from "bun:test";
import { candidates, Passwords, passwordsIn } from "../../../src/protocols/postgres/passwords.ts";
import { isProof, proofOf, scramKeys } from "../../../src/protocols/postgres/scram.ts";

const first = (text: string): string | undefined => candidates([text])[0];

test("a password is found where drivers take it from", () => {
  const found = {
    "DATABASE_URL=postgres://app:secret@db:5432/shop?sslmode=require": "secret",
    "DATABASE_URL=postgresql://app:p%40ss%2Fw:1@db/shop": "p@ss/w:1",
    "URL=postgres://app:p@ss@db/shop": "p@ss",
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

test("single words come last, and there is an end to them", () => {
  expect(candidates(["sh -c 'app hunter2'", "KEY=DB_PASS=x y"])).toEqual(["x", "sh -c 'app hunter2'", "DB_PASS=x y", "sh", "-c", "app", "hunter2", "KEY", "DB_PASS", "y"]); // prettier-ignore
  expect(candidates(Array.from({ length: 1000 }, (_, n) => `NAME=value${n}`)).length).toBe(300);
});

test("the one that the client proved itself with is found among them", () => {
  const salt = Buffer.from("0123456789abcdef");
  const serverFirst = `r=nonce,s=${salt.toString("base64")},i=4096`;
  const keys = scramKeys("right", salt, 4096);
  const proof = proofOf(keys, "exchange");
  const passwords = new Passwords(["A=wrong", "B=right"]);
  expect(passwords.keysFor(serverFirst, (each) => isProof(each, "exchange", proof))).toEqual(keys);
  expect(passwords.keysFor(serverFirst, () => false)).toBeNull();
  expect(passwords.keysFor("no such message", () => true)).toBeNull();
  expect([new Passwords([]).isEmpty, passwords.isEmpty]).toEqual([true, false]);
});

test("a server that asks for endless rounds gets none of them", () => {
  expect(new Passwords(["A=right"]).keysFor("r=nonce,s=QQ==,i=999999999", () => true)).toBeNull();
});

test("connections of one app share what was found", () => {
  const surroundings = ["PGPASSWORD=secret"];
  expect(passwordsIn(surroundings)).toBe(passwordsIn(surroundings));
});
