/**
 * Where cgroup v2 is: the only hierarchy of a modern host, `unified` beside v1 on a hybrid one, or mounted by us with no
 * path that leads to it. It changes nothing that the host sees. What is made in it belongs to `cgroup.ts`.
 */
import { accessSync, constants, readFileSync } from "node:fs";
import { detachedMount } from "../../ffi/libc.ts";
import { EnvironmentError } from "../core/errors.ts";

/** A place for cgroups; `fd` keeps a private mount alive. */
export interface CgroupMount {
  readonly path: string;
  readonly isPrivate: boolean;
}

/** The cgroup2 mounts that a mountinfo names, whole hierarchies first. */
export function cgroupMounts(mountinfo: string): readonly { readonly path: string; readonly isReadOnly: boolean }[] {
  const found = mountinfo.split("\n").flatMap((line) => {
    const [head = "", tail = ""] = line.split(" - ");
    const [, , , root = "", path = "", options = ""] = head.split(" ");
    const [type, , superOptions = ""] = tail.split(" ");
    if (type !== "cgroup2") return [];
    const isReadOnly = [...options.split(","), ...superOptions.split(",")].includes("ro");
    return [{ root, path: unescaped(path), isReadOnly }];
  });
  const whole = found.filter(({ root }) => root === "/");
  const parts = found.filter(({ root }) => root !== "/");
  return [...whole, ...parts].map(({ path, isReadOnly }) => ({ path, isReadOnly }));
}

/** The kernel writes blanks in a path as three octal digits. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** The mount to make cgroups in: one that is there and may be written, else one of our own. */
export function findCgroupMount(): CgroupMount {
  for (const { path, isReadOnly } of cgroupMounts(readFileSync("/proc/self/mountinfo", "utf8"))) {
    if (!isReadOnly && isWritable(path)) return { path, isPrivate: false };
  }
  return privateMount();
}

/** cgroup v2, mounted where only this process can reach it; it lasts as long as the process. */
export function privateMount(): CgroupMount {
  try {
    return { path: `/proc/self/fd/${detachedMount("cgroup2")}`, isPrivate: true };
  } catch (cause) {
    const message =
      "There is no cgroup v2 in which the app could be told from other programs, and none can be mounted.";
    const hint = "Run as root (sudo reprise …), in a container with --privileged; the kernel needs CONFIG_CGROUP_BPF.";
    throw new EnvironmentError("environment.cgroup", message, { cause, hint });
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
