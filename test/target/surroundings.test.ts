import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { surroundingsOf } from "../../src/target/surroundings.ts";
import { Folder } from "../support/folder.ts";

test("what may hold a password is found, and nothing else", () => {
  using home = new Folder();
  using folder = new Folder();
  home.write(".pgpass", "# host:port\ndb:5432:*:app:secret\n");
  folder.write(".env", "PORT=1\nDB_PASSWORD=one\n");
  folder.write("notes.txt", "password: none of these");
  for (const name of ["src", "src/config", "node_modules"]) mkdirSync(folder.at(name));
  folder.write("src/config/application.yml", "spring:\r\n  datasource:\r\n    password: two\r\n");
  folder.write("node_modules/package.json", '{"password": "not this"}');
  folder.write("app.bin", "\u007fELF\0\0postgres://app:three@db:5432/shop\0http://example.com/\0");
  const app = { command: `exec ./app.bin`, env: { A: "b" }, cwd: folder.path, home: home.path };
  expect(surroundingsOf(app)).toEqual([
    "A=b",
    "exec ./app.bin",
    "db:5432:*:app:secret",
    "DB_PASSWORD=one",
    "    password: two",
    "://app:three@",
  ]);
});

test("a directory that is not there, and a program that is none, are nothing", () => {
  const app = { command: "exec /nowhere /dev/zero .", env: {}, cwd: "/nowhere", home: null };
  expect(surroundingsOf(app)).toEqual(["exec /nowhere /dev/zero ."]);
});

test("a password file that the environment names is read", () => {
  using folder = new Folder();
  const path = folder.write("pass", "*:*:*:*:secret");
  const app = { command: "true", env: { PGPASSFILE: path }, cwd: folder.path, home: null };
  expect(surroundingsOf(app)).toEqual([`PGPASSFILE=${path}`, "true", "*:*:*:*:secret"]);
});

test("an address is found wherever it lies in a large program", () => {
  using folder = new Folder();
  const users = [-200, -20, -1, 0, 1].map((offset, index) => ({ at: (index + 1) * (256 << 10) + offset, user: `u${index}` })); // prettier-ignore
  let text = "";
  for (const { at, user } of users) text = `${text.padEnd(at, "\0")}://${user}:secret@`;
  folder.write("app.bin", text.padEnd(3 << 20, "\0"));
  const app = { command: "./app.bin", env: {}, cwd: folder.path, home: null };
  expect(surroundingsOf(app)).toEqual(["./app.bin", ...users.map(({ user }) => `://${user}:secret@`)]);
});
