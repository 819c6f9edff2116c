/**
 * The cgroup (v2) in which this process is, to attach programs to. It is the user's shell's too: what hangs there must tell
 * our sockets from others'. Changes nothing; the app's own cgroup is cgroup.ts's.
 */
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { EnvironmentError } from "../core/errors.ts";
import { privateMount } from "./cgroup-mount.ts";

/** A descriptor of its directory, to be closed by the caller. */
export function openOwnCgroup(): number {
  const own = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1] ?? "/";
  for (const folder of placesOf(own, readFileSync("/proc/self/mountinfo", "utf8"))) {
    const fd = openFolder(folder);
    if (fd !== null) return fd;
  }
  const mount = privateMount();
  const fd = openFolder(`${mount.path}${own}`);
  closeSync(Number(mount.path.split("/").at(-1)));
  if (fd !== null) return fd;
  throw new EnvironmentError(
    "environment.cgroup",
    `The cgroup of this process, ${own}, is not in any hierarchy here.`,
    {
      hint: "In a container, run it with --cgroupns=host or --privileged.",
    },
  );
}

/** The folders that a mountinfo gives for a cgroup: one for each mount that shows it. */
export function placesOf(cgroup: string, mountinfo: string): string[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [head = "", tail = ""] = line.split(" - ");
    const [, , , root = "", path = ""] = head.split(" ");
    if (!tail.startsWith("cgroup2 ")) return [];
    if (root === "/") return [`${path}${cgroup}`];
    return cgroup === root || cgroup.startsWith(`${root}/`) ? [`${path}${cgroup.slice(root.length)}`] : [];
  });
}

function openFolder(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch {
    return null;
  }
}
