import { expect, test } from "bun:test";
import { cgroupMounts } from "../../src/target/cgroup-mount.ts";

test("a pure v2 host", () => {
  const text = "26 25 0:23 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
  expect(cgroupMounts(text)).toEqual([{ path: "/sys/fs/cgroup", isReadOnly: false }]);
});

test("a hybrid host has v1 hierarchies beside it", () => {
  const text = [
    "30 25 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755",
    "31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw",
    "32 30 0:28 / /sys/fs/cgroup/memory rw,nosuid shared:11 - cgroup cgroup rw,memory",
  ].join("\n");
  expect(cgroupMounts(text)).toEqual([{ path: "/sys/fs/cgroup/unified", isReadOnly: false }]);
});

test("read-only is seen on the mount and on the file system; whole hierarchies come first; blanks in a path", () => {
  const text = [
    "40 1 0:23 /system.slice /part rw - cgroup2 cgroup2 rw",
    "41 1 0:23 / /mount ro,nosuid - cgroup2 cgroup2 rw",
    "42 1 0:23 / /system rw master:3 - cgroup2 cgroup2 ro",
    "43 1 0:23 / /with\\040blank rw - cgroup2 cgroup2 rw",
  ].join("\n");
  expect(cgroupMounts(text)).toEqual([
    { path: "/mount", isReadOnly: true },
    { path: "/system", isReadOnly: true },
    { path: "/with blank", isReadOnly: false },
    { path: "/part", isReadOnly: false },
  ]);
});

test("a host without v2", () => {
  expect(cgroupMounts("32 30 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n")).toEqual([]);
});
