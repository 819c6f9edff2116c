/** Killed at any moment, capture leaves nothing in the kernel, the app's clients notice nothing, and the journal reads. */
import { expect } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "../../src/capture/journal.ts";
import { Reassembly } from "../../src/capture/reassembly.ts";
import { Folder } from "../support/folder.ts";
import { FlowSums, Inhabited, outside } from "../support/captured.ts";
import { rootTest } from "../support/root-test.ts";
import { kernelObjectsOf, untilGone } from "../support/traces.ts";

const bulk = ["python3", join(import.meta.dir, "../apps/bulk/bulk.py")] as const;
const script = join(import.meta.dir, "../support/capture-process.ts");
const MOST_MS = 30_000;

rootTest.each(["tap", "redirect"])(
  "killed, the %s is gone from the kernel",
  async (mode) => {
    using folder = new Folder();
    await using inhabited = new Inhabited();
    using capture = outside("bun", script, inhabited.cgroup.path, mode, folder.at("journal"));
    expect(await capture.line()).toBe("up");
    const ours = kernelObjectsOf(capture.process.pid);
    expect(Object.values(ours).map((ids) => ids.length > 0)).toEqual([true, true, true]);
    await expect(untilGone(ours, 0)).rejects.toThrow("still in the kernel");
    capture.process.kill("SIGKILL");
    await capture.process.exited;
    await untilGone(ours, 30_000);
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
