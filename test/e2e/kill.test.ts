/**
 * `kill -9` of reprise at any moment: the app and its clients see nothing, the kernel and the host hold nothing of ours,
 * and what was captured till then is decoded at the next start, loads and replays.
 */
import { afterAll, afterEach, beforeAll, describe, expect } from "bun:test";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { apps, gateway } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { reprise, Running, startRecording, tested, type AppUnderTest } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";
import { appPids, cgroupsOf, filesBelow, hostState, kernelObjectsOf, untilGone } from "../support/traces.ts";

const echo = () =>
  Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    maxRequestBodySize: 1 << 30,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const { length } = await request.bytes();
      return new Response(`${pathname}${search} ${length}`);
    },
  });

let dependency: ReturnType<typeof echo>;
let port = 0;
let app: AppUnderTest;
let before: ReturnType<typeof hostState>;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(() => {
  if (process.getuid?.() === 0) before = hostState();
});

afterAll(() => {
  if (process.getuid?.() === 0) expect(hostState()).toEqual(before);
});

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A recording whose app outlives it, in surroundings that show what is written beside the recording. */
const begin = async (folder: Folder) => {
  dependency = echo();
  port = freePort();
  mkdirSync(folder.at("tmp"));
  mkdirSync(folder.at("work"));
  const base = gateway("node", port, `http://127.0.0.1:${dependency.port}`);
  app = { ...base, env: { ...base.env, TMPDIR: folder.at("tmp"), HOME: folder.at("tmp") } };
  const running = await startRecording(folder.at("work"), app);
  const [objects, pids] = [kernelObjectsOf(running.pid), appPids(running.pid)];
  ends.push(async () => {
    for (const pid of pids) endOf(pid);
    await running[Symbol.asyncDispose]();
    await dependency.stop(true);
  });
  expect([objects.prog.length > 0, objects.map.length > 0, pids.length]).toEqual([true, true, 1]);
  const kill = async () => {
    running.kill("SIGKILL");
    await running.exited;
    await untilGone(objects);
    expect(filesBelow(folder.at("tmp"))).toEqual([]);
    expect(filesBelow(folder.at("work")).filter((path) => !path.startsWith("reprise"))).toEqual([]);
  };
  return { running, kill, pids };
};

const endOf = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already.
  }
};

/** The app is ended and its dependency stopped; the next start finishes the recording and plays it. */
const replayed = async (folder: Folder, { running, pids }: { running: Running; pids: readonly number[] }) => {
  const [journal] = readdirSync(folder.at("work/reprise/.capture")).filter((name) => name.endsWith(".journal"));
  expect(statSync(folder.at(`work/reprise/.capture/${journal}`)).mode & 0o777).toBe(0o600);
  for (const pid of pids) endOf(pid);
  await dependency.stop(true);
  const result = await tested(folder.at("work"), app);
  expect(result.stdout + result.stderr).toContain("A recording was cut short; what it had captured is in test-set-0");
  expect(cgroupsOf(running.pid)).toEqual([]);
  expect(filesBelow(folder.at("work/reprise")).filter((path) => path.includes(".capture"))).toEqual([]);
  return result;
};

const ask = async (path: string) => await (await fetch(`http://127.0.0.1:${port}${path}`)).text();

describe("3. the app hangs because we died", () => {
  rootTest("before the first request", async () => {
    using folder = new Folder();
    const begun = await begin(folder);
    await begun.kill();
    expect(await ask("/after")).toContain("/after");
    for (const pid of begun.pids) endOf(pid);
    const { code, stderr } = await reprise(["test", "-c", app.command], { cwd: folder.at("work") }).ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining("cut short before anything whole was captured")]);
    expect(filesBelow(folder.at("work/reprise"))).toEqual([]);
  });

  rootTest("between two requests of one connection", async () => {
    using folder = new Folder();
    const begun = await begin(folder);
    const socket = connect(port, "127.0.0.1");
    const answer = async (path: string) => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
      for (let said = ""; ;) {
        const [bytes] = (await Promise.race([once(socket, "data"), once(socket, "close")])) as [Buffer?];
        if (!(bytes instanceof Buffer)) throw new Error(`closed after ${said}`);
        said += bytes.toString();
        if (said.includes(`${path} 0"}`)) return;
      }
    };
    await answer("/one");
    await begun.running.line(/● get-one-1/);
    await begun.kill();
    await answer("/two");
    socket.destroy();
    const { code, report } = await replayed(folder, begun);
    expect([code, report.testSets[0]?.tests.map(({ name }) => name)]).toEqual([0, ["get-one-1"]]);
  });

  rootTest("in the middle of a large body", async () => {
    using folder = new Folder();
    const begun = await begin(folder);
    await ask("/first");
    await begun.running.line(/● get-first-1/);
    const half = Buffer.alloc(20 << 20, 97);
    const socket = connect(port, "127.0.0.1");
    let said = "";
    socket.on("data", (bytes) => (said += bytes.toString()));
    socket.write(`POST /large HTTP/1.1\r\nhost: x\r\ncontent-length: ${half.length * 2}\r\nconnection: close\r\n\r\n`);
    await new Promise<void>((resolve, reject) => socket.write(half, (error) => (error ? reject(error) : resolve())));
    await begun.kill();
    socket.write(half);
    await once(socket, "close");
    expect(said).toContain(`/large ${half.length * 2}"}`);
    const { code, report } = await replayed(folder, begun);
    expect([code, report.testSets[0]?.tests.map(({ name }) => name)]).toEqual([0, ["get-first-1"]]);
  });

  for (const moment of [100, 1_500]) {
    rootTest(`under load, after ${moment} answers`, async () => {
      using folder = new Folder();
      const begun = await begin(folder);
      await using load = new Running(["node", join(apps, "gateway/load.mjs"), String(port), "16"]);
      await load.line(new RegExp(`answered ${moment}\\n`));
      await begun.kill();
      const answered = Number([...load.said("stdout").matchAll(/answered (\d+)/g)].at(-1)?.[1]);
      await load.line(new RegExp(`answered ${answered + 500}\\n`));
      load.kill("SIGTERM");
      const { stdout } = await load.ended;
      expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({ failures: [] });
      const { code, report } = await replayed(folder, begun);
      expect([code, report.verdict, report.totals.failed]).toEqual([0, "passed", 0]);
      expect(report.totals.tests).toBeGreaterThan(moment / 2);
    });
  }

  rootTest("while it saves", async () => {
    using folder = new Folder();
    const begun = await begin(folder);
    for (let i = 0; i < 300; i++) await ask(`/saved/${i}`);
    begun.running.kill("SIGINT");
    await untilRefused(port);
    await begun.kill();
    // Whether the last file was written or not, nothing is lost: the journal outlives the test set.
    for (const pid of begun.pids) endOf(pid);
    await dependency.stop(true);
    const { code, report } = await tested(folder.at("work"), app);
    expect([code, report.totals]).toEqual([0, { tests: 300, passed: 300, failed: 0, skipped: 0 }]);
    expect(cgroupsOf(begun.running.pid)).toEqual([]);
  });

  rootTest("the next recording finishes what the killed one has left, and both replay", async () => {
    using folder = new Folder();
    const begun = await begin(folder);
    await ask("/first");
    await begun.running.line(/● get-first-1/);
    await begun.kill();
    for (const pid of begun.pids) endOf(pid);
    await using next = await startRecording(folder.at("work"), app);
    await ask("/second");
    const { code, stdout, stderr } = await next.interrupt();
    expect([code, stdout + stderr]).toEqual([0, expect.stringContaining("is in test-set-0: 1 test, 1 mock")]);
    await dependency.stop(true);
    const { report } = await tested(folder.at("work"), app);
    expect(
      report.testSets.map(({ name, tests }) => [name, ...tests.map((test) => `${test.name} ${test.status}`)]),
    ).toEqual([
      ["test-set-0", "get-first-1 passed"],
      ["test-set-1", "get-second-1 passed"],
    ]);
  });

  rootTest("of a test run: nothing stays once the app is gone", async () => {
    using folder = new Folder();
    const begun = await begin(folder);
    await ask("/first");
    expect((await begun.running.interrupt()).code).toBe(0);
    const hanging = `exec node -e '
    require("http").createServer(() => console.log("asked")).listen(${port}, "127.0.0.1")'`;
    await using running = reprise(["test", "-c", hanging], {
      cwd: folder.at("work"),
      env: { TMPDIR: folder.at("tmp") },
    });
    await running.line(/asked/);
    const [objects, pids] = [kernelObjectsOf(running.pid), appPids(running.pid)];
    expect([objects.prog.length > 0, pids.length]).toEqual([true, 1]);
    running.kill("SIGKILL");
    await running.exited;
    for (const pid of pids) endOf(pid);
    await untilGone(objects);
    expect(filesBelow(folder.at("tmp"))).toEqual([]);
    const { code } = await tested(folder.at("work"), app);
    expect([code, cgroupsOf(running.pid)]).toEqual([0, []]);
  });
});

/** The arguments of the event's first occurrence. */
const once = (socket: ReturnType<typeof connect>, event: "data" | "close"): Promise<unknown[]> =>
  new Promise((resolve, reject) => {
    socket.once(event, (...values: unknown[]) => resolve(values));
    socket.once("error", reject);
  });

/** Resolves when nobody listens there any more. */
async function untilRefused(to: number): Promise<void> {
  for (;;) {
    try {
      const socket = await Bun.connect({ hostname: "127.0.0.1", port: to, socket: { data() {} } });
      socket.end();
    } catch {
      return;
    }
    await new Promise(setImmediate);
  }
}
