/** Killed at any moment, capture leaves nothing in the kernel, the app's clients notice nothing, and the journal reads. */
import { expect } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "../../src/capture/journal.ts";
import { Reassembly } from "../../src/capture/reassembly.ts";
import { Folder } from "../support/folder.ts";
import { FlowSums, Inhabited, outside } from "../support/captured.ts";
import { rootTest } from "../support/root-test.ts";

const bulk = ["python3", join(import.meta.dir, "../apps/bulk/bulk.py")] as const;
const script = join(import.meta.dir, "../support/capture-process.ts");
const kinds = ["link", "prog", "map"] as const;
const MOST_MS = 30_000;

/** What of the kernel's BPF objects that process holds. */
function held(pid: number): Set<string> {
  const texts = readdirSync(`/proc/${pid}/fdinfo`).map((fd) => readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8"));
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/^(link|prog|map)_id:\s*(\d+)/gm)].map(([, kind, id]) => `${kind} ${id}`),
    ),
  );
}

/** All that are in the kernel, by bpftool. */
function present(): Set<string> {
  const show = (kind: string) => {
    const { stdout } = Bun.spawnSync(["bpftool", "-j", kind, "show"]);
    return (JSON.parse(stdout.toString() || "[]") as { id: number }[]).map(({ id }) => `${kind} ${id}`);
  };
  return new Set(kinds.flatMap(show));
}

/** The kernel frees in its own time, after the last reader. */
function leftAfter(ours: ReadonlySet<string>): Set<string> {
  const end = Date.now() + MOST_MS;
  let left = ours;
  do left = left.intersection(present());
  while (left.size > 0 && Date.now() < end);
  return new Set(left);
}

rootTest.each(["tap", "redirect"])(
  "killed, the %s is gone from the kernel",
  async (mode) => {
    using folder = new Folder();
    await using inhabited = new Inhabited();
    using capture = outside("bun", script, inhabited.cgroup.path, mode, folder.at("journal"));
    expect(await capture.line()).toBe("up");
    const ours = held(capture.process.pid);
    expect(new Set([...ours].map((each) => each.split(" ")[0]))).toEqual(new Set(["link", "prog", "map"]));
    expect(ours.difference(present())).toEqual(new Set());
    capture.process.kill("SIGKILL");
    await capture.process.exited;
    expect(leftAfter(ours)).toEqual(new Set());
  },
  60_000,
);

rootTest(
  "killed while bytes pass: the client gets them all, and what was captured by then reads",
  async () => {
    using folder = new Folder();
    await using inhabited = new Inhabited();
    const path = folder.at("journal");
    using capture = outside("bun", script, inhabited.cgroup.path, "tap", path);
    expect(await capture.line()).toBe("up");
    const server = inhabited.start(...bulk, "serve", "127.0.0.1");
    using client = outside(...bulk, "fetch", "127.0.0.1", await server.line(), "down 100000000");
    const told = client.line();
    await grown(path, 4 << 20);
    capture.process.kill("SIGKILL");
    const { sentBytes, receivedBytes, received } = JSON.parse(await told) as Record<string, number | string>;
    const served = JSON.parse(await server.line()) as Record<string, number | string>;
    expect([receivedBytes, received]).toEqual([100_000_000, served["sent"] ?? ""]);

    await using journal = await openJournal(path);
    const reassembly = new Reassembly(journal.meta);
    const sums = new FlowSums();
    for await (const batch of journal.batches(null)) reassembly.take(batch).forEach(sums.see);
    reassembly.finish().forEach(sums.see);
    const [sum] = [...sums.all().values()];
    expect(sum).toMatchObject({ client: { bytes: sentBytes }, gaps: 0, ended: ["cut"] });
    expect(sum?.server.bytes).toBeGreaterThan(2 << 20);
  },
  60_000,
);

/** Resolves when the file has that many bytes. */
async function grown(path: string, bytes: number): Promise<void> {
  const end = Date.now() + MOST_MS;
  while (statSync(path).size < bytes && Date.now() < end) await new Promise((resolve) => setImmediate(resolve));
}
