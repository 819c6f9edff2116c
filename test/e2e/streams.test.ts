/** Large and long bodies: recorded whole, replayed exactly, and at the client while they are being produced. */
import { expect } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { startRecording, tested, type AppUnderTest } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";
import { certificateFolder, leaf } from "../support/tls-ends.ts";

const LARGE_BYTES = 50 << 20;

const app = (port: number, dependency: number, waits: boolean): AppUnderTest => ({
  command: `exec node ${join(apps, "streams/streams.mjs")}`,
  env: { PORT: String(port), DEPENDENCY: `http://127.0.0.1:${dependency}`, WAIT: waits ? "1" : "0" },
});

const sum = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

rootTest("bodies of 50 MB, both ways and on both sides of the app, are recorded and replayed", async () => {
  using folder = new Folder();
  const [asked, answered] = [randomBytes(LARGE_BYTES), randomBytes(LARGE_BYTES)];
  let heard = "";
  const dependency = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    maxRequestBodySize: 2 * LARGE_BYTES,
    fetch: async (request) => {
      heard = sum(await request.bytes());
      return new Response(answered);
    },
  });
  const port = freePort();
  const target = app(port, dependency.port ?? 0, false);
  await using running = await startRecording(folder.path, target);
  const response = await fetch(`http://127.0.0.1:${port}/copy`, { method: "POST", body: asked });
  expect([heard, sum(await response.bytes())]).toEqual([sum(asked), sum(answered)]);
  const { code, stdout, stderr } = await running.interrupt();
  expect([code, stdout + stderr]).toEqual([0, expect.stringContaining("1 test, 1 mock")]);
  await dependency.stop(true);
  const replayed = await tested(folder.path, target);
  expect([replayed.code, replayed.report.totals.passed, replayed.report.mocks.served]).toEqual([0, 1, 1]);
});

/** The program itself takes 150 MB, the bodies less than they are. */
const MOST_PEAK_BYTES = 400 << 20;

/** The most memory that a process had at once, in bytes. */
const peakBytes = (pid: number) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) << 10;

rootTest(
  "50 MB up and 100 MB down over TLS lose nothing, however fast they come, and memory stays bounded",
  async () => {
    using folder = certificateFolder();
    const [asked, answered] = [randomBytes(LARGE_BYTES), randomBytes(2 * LARGE_BYTES)];
    let heard = "";
    const dependency = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: { cert: leaf.certificate, key: leaf.key },
      maxRequestBodySize: 2 * LARGE_BYTES,
      fetch: async (request) => {
        heard = sum(await request.bytes());
        return new Response(answered);
      },
    });
    const port = freePort();
    const { command, env } = app(port, 0, false);
    const DEPENDENCY = `https://127.0.0.1:${dependency.port}`;
    const target = { command, env: { ...env, DEPENDENCY, NODE_EXTRA_CA_CERTS: folder.at("ca.pem") } };
    await using running = await startRecording(folder.path, target);
    const response = await fetch(`http://127.0.0.1:${port}/copy`, { method: "POST", body: asked });
    expect([heard, sum(await response.bytes())]).toEqual([sum(asked), sum(answered)]);
    expect(peakBytes(running.pid)).toBeLessThan(MOST_PEAK_BYTES);
    const { code, stdout, stderr } = await running.interrupt();
    expect([code, stdout + stderr]).toEqual([0, expect.stringContaining("1 test, 1 mock")]);
    expect(stdout + stderr).not.toMatch(/lost|unread/);
    await dependency.stop(true);
    const replayed = await tested(folder.path, target);
    expect([replayed.code, replayed.report.totals.passed, replayed.report.mocks.served]).toEqual([0, 1, 1]);
  },
  120_000,
);

for (const [path, shape] of [
  ["events", (i: number) => `id: ${i}\ndata: event ${i}\n\n`],
  ["chunks", (i: number) => `chunk ${i}\n`],
] as const) {
  rootTest(`${path} are at the client before the next one is produced, and replay`, async () => {
    using folder = new Folder();
    const port = freePort();
    await using running = await startRecording(folder.path, app(port, 0, true));
    const response = await fetch(`http://127.0.0.1:${port}/${path}`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    const arrived: string[] = [];
    for (let said = await reader.read(); !said.done; said = await reader.read()) {
      arrived.push(decoder.decode(said.value));
      await fetch(`http://127.0.0.1:${port}/told`);
    }
    // Each waits for the word that the one before it has come: were any held back, none would follow.
    expect(arrived).toEqual(Array.from({ length: 20 }, (_, i) => shape(i)));
    expect((await running.interrupt()).code).toBe(0);
    const { code, report } = await tested(folder.path, app(port, 0, false));
    expect([code, report.totals]).toEqual([0, { tests: 21, passed: 21, failed: 0, skipped: 0 }]);
  });
}

rootTest("a WebSocket works as ever under record, and is named", async () => {
  using folder = new Folder();
  const port = freePort();
  await using running = await startRecording(folder.path, app(port, 0, false));
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`);
  const { promise: opened, resolve: open } = Promise.withResolvers<unknown>();
  const said: unknown[] = [];
  let next = (): void => {};
  socket.addEventListener("open", open);
  socket.addEventListener("message", ({ data }) => {
    said.push(data);
    next();
  });
  await opened;
  for (const word of ["one", "two", "three"]) {
    const answered = new Promise<void>((resolve) => (next = resolve));
    socket.send(word);
    await answered;
  }
  expect(said).toEqual(["one", "two", "three"]);
  const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
  socket.terminate();
  await closed;
  await (await fetch(`http://127.0.0.1:${port}/chunks`)).text();
  const { code, stdout, stderr } = await running.interrupt();
  expect([code, stdout + stderr]).toEqual([
    0,
    expect.stringMatching(new RegExp(`port ${port} of the app.*(upgrade|websocket)`, "i")),
  ]);
  const { code: replayed, report } = await tested(folder.path, app(port, 0, false));
  expect([replayed, report.testSets[0]?.tests.map(({ name }) => name)]).toEqual([0, ["get-socket-1", "get-chunks-1"]]);
});
