import { expect, test } from "bun:test";
import { closeSync, fstatSync } from "node:fs";
import { openOwnCgroup, placesOf } from "../../src/target/own-cgroup.ts";
import { rootTest } from "../support/root-test.ts";

test("a cgroup is where a mount shows it", () => {
  const text = [
    "26 25 0:23 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw",
    "27 25 0:24 /user.slice /part rw - cgroup2 cgroup2 rw",
    "28 25 0:24 /system.slice /other rw - cgroup2 cgroup2 rw",
    "29 25 0:25 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
  ].join("\n");
  expect(placesOf("/user.slice/session", text)).toEqual(["/sys/fs/cgroup/user.slice/session", "/part/session"]);
});

rootTest("this process's own is a folder", () => {
  const fd = openOwnCgroup();
  expect(fstatSync(fd).isDirectory()).toBe(true);
  closeSync(fd);
});
