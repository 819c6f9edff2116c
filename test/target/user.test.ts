import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { environmentOf, findUser, ownerOf } from "../../src/target/user.ts";

test.each(["root", "nobody", "daemon"])("%s has the groups and the home that the machine says", (name) => {
  const id = (flag: string) => execFileSync("id", [flag, name], { encoding: "utf8" }).trim();
  const caller = { uid: Number(id("-u")), gid: Number(id("-g")), name };
  const home = execFileSync("getent", ["passwd", name], { encoding: "utf8" }).split(":")[5] ?? "";
  const user = findUser(caller);
  expect({ ...user, groups: [...user.groups].sort() }).toEqual({
    ...caller,
    home,
    groups: id("-G").split(" ").map(Number).sort(),
  });
});

test("a name that the machine does not know has its own group and no home", () => {
  const caller = { uid: 54321, gid: 54322, name: "no-such-user-here" };
  expect(findUser(caller)).toEqual({ ...caller, groups: [54322], home: null });
});

test("the environment is the caller's where sudo made it root's, and otherwise kept", () => {
  const environment = { HOME: "/root", USER: "root", LOGNAME: "root", PATH: "/bin", SUDO_UID: "7" };
  const user = { uid: 7, gid: 8, name: "ann", groups: [8], home: "/home/ann" };
  expect(environmentOf(environment, user)).toEqual({
    HOME: "/home/ann",
    USER: "ann",
    LOGNAME: "ann",
    PATH: "/bin",
    SUDO_UID: "7",
  });
  expect(environmentOf(environment, { ...user, home: null })["HOME"]).toBe("/root");
  expect(environmentOf(environment, null)).toEqual(environment);
});

test("what we write belongs to the caller, else to whoever runs us", () => {
  expect(ownerOf({ uid: 7, gid: 8, name: "ann", groups: [8], home: null })).toEqual({ uid: 7, gid: 8 });
  expect(ownerOf(null)).toEqual({ uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });
});
