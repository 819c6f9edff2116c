import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { environmentBeforeSudo, undoSudo } from "../../src/target/before-sudo.ts";
import { Folder } from "../support/folder.ts";

test("the nearest sudo above a process holds what it was called with", async () => {
  using folder = new Folder();
  symlinkSync("/bin/sh", folder.at("sudo"));
  const child = Bun.spawn([folder.at("sudo"), "-c", "sh -c 'echo $$; read end'; true"], {
    env: { PATH: "/home/ann/.nvm/bin:/bin:/usr/bin", DATABASE_URL: "postgres://a=b", LINES: "two\nlines" },
    stdin: "pipe",
    stdout: "pipe",
  });
  const { value } = await child.stdout.getReader().read();
  const grandchild = Number(new TextDecoder().decode(value));
  expect(grandchild).not.toBe(child.pid);
  const found = environmentBeforeSudo(grandchild);
  child.stdin.end();
  await child.exited;
  expect(found).toMatchObject({
    PATH: "/home/ann/.nvm/bin:/bin:/usr/bin",
    DATABASE_URL: "postgres://a=b",
    LINES: "two\nlines",
  });
});

test("where nobody called sudo, or the process is gone, there is none", () => {
  expect(environmentBeforeSudo(1)).toBeNull();
  expect(environmentBeforeSudo(2 ** 22 + 1)).toBeNull();
});

test("what sudo took away comes back, and what its caller gave on its command line stays", () => {
  const before = { PATH: "/home/ann/bin:/bin", HOME: "/home/ann", USER: "ann", MODE: "a", URL: "x", LANG: "de" };
  const after = {
    PATH: "/sbin:/bin",
    HOME: "/root",
    USER: "root",
    MODE: "b",
    LANG: "de",
    SUDO_UID: "7",
    SUDO_GID: "7",
  };
  expect(undoSudo(after, before)).toEqual({ ...before, MODE: "b" });
  expect(undoSudo(after, { ...before, SUDO_UID: "7" })["SUDO_UID"]).toBe("7");
});
