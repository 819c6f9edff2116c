/** What a run of ours leaves in the kernel and on the host: looked at before and after, since nothing may stay. */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { findCgroupMount } from "../../src/target/cgroup-mount.ts";

/** Ids of kernel objects by kind, as `bpftool` names the kinds. */
export type KernelObjects = Readonly<Record<"prog" | "map" | "link", readonly number[]>>;

/** The programs, maps and links that a process holds; other recordings on the machine have their own. */
export function kernelObjectsOf(pid: number): KernelObjects {
  const infos = readdirSync(`/proc/${pid}/fdinfo`).map((fd) => {
    try {
      return readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8");
    } catch {
      return "";
    }
  });
  const ids = (name: string) =>
    infos.flatMap((info) =>
      [...info.matchAll(new RegExp(`^${name}_id:\\s*(\\d+)$`, "gm"))].map((found) => Number(found[1])),
    );
  return { prog: ids("prog"), map: ids("map"), link: ids("link") };
}

/** Resolves when `bpftool` shows none of them; the kernel frees them a moment after their last holder is gone. */
export async function untilGone(objects: KernelObjects, mostMs = 10_000): Promise<void> {
  const deadline = performance.now() + mostMs;
  for (;;) {
    const left = await Promise.all(
      (["prog", "map", "link"] as const).map(async (kind) => {
        const shown = await listed(kind);
        return objects[kind].filter((id) => shown.has(id)).map((id) => `${kind} ${id}`);
      }),
    );
    if (left.flat().length === 0) return;
    if (performance.now() > deadline) throw new Error(`still in the kernel: ${left.flat().join(", ")}`);
  }
}

async function listed(kind: string): Promise<ReadonlySet<number>> {
  const bpftool = Bun.spawn(["bpftool", "--json", kind, "show"], { stdout: "pipe", stderr: "ignore" });
  const text = await bpftool.stdout.text();
  return new Set((JSON.parse(text.trim() || "[]") as { id: number }[]).map(({ id }) => id));
}

/** The cgroups that a process of ours has made and that are there. */
export function cgroupsOf(pid: number): readonly string[] {
  const { path } = findCgroupMount();
  return readdirSync(path)
    .filter((name) => name.startsWith(`reprise-${pid}-`))
    .map((name) => join(path, name));
}

/** The processes of the app that a process of ours has started. */
export function appPids(pid: number): readonly number[] {
  return cgroupsOf(pid).flatMap((path) =>
    readFileSync(join(path, "cgroup.procs"), "utf8")
      .trim()
      .split("\n")
      .map(Number)
      .filter((each) => each > 0),
  );
}

/** Namespaces that others name and unname meanwhile; nothing of ours has a name there. */
const NAMED_NAMESPACE = / \/(?:var\/)?run\/netns\//;

/** The mounts that we see, and sums over /etc and over what trust is made of: names, owners, modes and contents. */
export function hostState(): { readonly mounts: string; readonly files: Readonly<Record<string, string>> } {
  const trusted = ["/usr/local/share/ca-certificates", "/usr/share/ca-certificates", "/usr/lib/ssl"];
  const roots = ["/etc", ...trusted].filter((path) => existsSync(path));
  return {
    mounts: readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .filter((line) => !NAMED_NAMESPACE.test(line))
      .join("\n"),
    files: Object.fromEntries(roots.map((path) => [path, sumOf(path)])),
  };
}

/** Every path below a folder. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
}

function sumOf(root: string): string {
  const hash = createHash("sha256");
  const visit = (path: string): void => {
    const stat = lstatSync(path);
    hash.update(`${path} ${stat.mode} ${stat.uid} ${stat.gid}\n`);
    if (stat.isSymbolicLink()) hash.update(readlinkSync(path));
    else if (stat.isFile()) hash.update(readFileSync(path));
    else if (stat.isDirectory()) for (const name of readdirSync(path).toSorted()) visit(join(path, name));
  };
  visit(root);
  return hash.digest("hex");
}
