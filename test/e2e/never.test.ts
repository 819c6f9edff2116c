/**
 * What must never happen, one name for each rule; the compiled binary, real traffic. Rule 3 (the app hangs because we died)
 * is kill.test.ts as a whole. More on 1 is in capture-tap, lossy and streams, on 2 in broken-protocol, on 4 in
 * changed-program and killed-in-replay, on 8 in exit-codes.
 */
import { describe, expect } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { apps, gateway } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { knownClear } from "../support/known-clear.ts";
import { freePort } from "../support/recorded.ts";
import { recorded, reprise, startRecording, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const sum = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A dependency that counts its connections and says what it was asked. */
const counting = () => {
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url }) => {
      const { pathname, search } = new URL(url);
      asked.push(pathname + search);
      return new Response(`real ${pathname}${search}`);
    },
  });
  return { asked, port: server.port ?? 0, stop: () => server.stop(true) };
};

const streams = (port: number, dependency = 0) => ({
  command: `exec node ${join(apps, "streams/streams.mjs")}`,
  env: { PORT: String(port), DEPENDENCY: `http://127.0.0.1:${dependency}` },
});

const swapped = (bytes: Uint8Array) => Buffer.from(bytes).swap16();

/** Swaps each two bytes. */
const swapping = () =>
  Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    maxRequestBodySize: 1 << 30,
    fetch: async (request) => new Response(swapped(await request.bytes())),
  });

/** Sends a body through the app to the dependency, and checks what comes back. */
const copied = async (port: number, bytes: number): Promise<void> => {
  const body = randomBytes(bytes);
  const answer = await fetch(`http://127.0.0.1:${port}/copy`, { method: "POST", body });
  expect([answer.status, sum(await answer.bytes())]).toEqual([200, sum(swapped(body))]);
};

const textsBelow = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");

describe("1. the app's bytes are altered, reordered, delayed by our parsing or lost", () => {
  rootTest("traffic goes on while we do not run at all, and is recorded when we do again", async () => {
    using folder = new Folder();
    const dependency = swapping();
    const port = freePort();
    const known = knownClear(folder.path, dependency.port ?? 0);
    await using running = await startRecording(folder.path, streams(port, dependency.port));
    known[Symbol.dispose]();
    running.kill("SIGSTOP");
    for (const bytes of [2, 65_536, 2_000_000]) await copied(port, bytes);
    running.kill("SIGCONT");
    const { code, stdout } = await running.interrupt();
    expect([code, stdout]).toEqual([0, expect.stringContaining("3 tests, 3 mocks")]);
    await dependency.stop(true);
  });
});

describe("2. a parser's bug or a flood harms the app", () => {
  rootTest("more than we can hold is dropped and said, never waited for", async () => {
    using folder = new Folder();
    const dependency = swapping();
    const port = freePort();
    const app = streams(port, dependency.port);
    const known = knownClear(folder.path, dependency.port ?? 0);
    await using running = await startRecording(folder.path, app);
    known[Symbol.dispose]();
    running.kill("SIGSTOP");
    for (let i = 0; i < 4; i++) await copied(port, 20 << 20);
    running.kill("SIGCONT");
    // Large bodies are dropped with what they belong to; what comes after them is whole.
    await running.line(/● post-copy/);
    await copied(port, 1_000);
    const { code, stderr } = await running.interrupt();
    expect([code, stderr]).toEqual([0, expect.stringContaining("The capture lost pieces of traffic (ringFull: ")]);
    await dependency.stop(true);
    const { code: replayed, report } = await tested(folder.path, app);
    expect([replayed, report.verdict]).toEqual([0, "passed"]);
  });
});

describe("4. a wrong mock is served silently; a real service is called during replay; a run is green without proof", () => {
  rootTest("a real service that is up hears nothing, whether its answer is recorded or not", async () => {
    using folder = new Folder();
    const dependency = counting();
    const port = freePort();
    const app = (change: string) => ({
      command: `exec node ${join(apps, "changing/changing.mjs")}`,
      env: { PORT: String(port), DEPENDENCY: `http://127.0.0.1:${dependency.port}`, CHANGE: change },
    });
    await recorded(folder.path, app(""), async () => {
      await (await fetch(`http://127.0.0.1:${port}/users/7`)).text();
    });
    expect(dependency.asked).toEqual(["/people/7?of=shop"]);
    const codes: (number | null)[] = [];
    for (const change of ["", "another id", "ask twice", "ask nobody"])
      codes.push((await tested(folder.path, app(change))).code);
    expect([codes, dependency.asked.length]).toEqual([[0, 1, 1, 1], 1]);
    await dependency.stop();
  });
});

describe("5. a half-recorded exchange becomes a mock; an orphan test is kept without a warning", () => {
  rootTest("an answer that breaks off is no mock, and the test that lost it says so", async () => {
    using folder = new Folder();
    const torn = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this"));
    });
    await new Promise<void>((resolve) => torn.listen(0, "127.0.0.1", resolve));
    const port = freePort();
    const app = gateway("node", port, `http://127.0.0.1:${(torn.address() as AddressInfo).port}`);
    const { stdout, stderr } = await recorded(folder.path, app, async () => {
      expect((await fetch(`http://127.0.0.1:${port}/torn`)).status).toBe(502);
    });
    torn.close();
    expect(stdout).toContain("1 test, 0 mocks");
    expect(stderr).toMatch(/1 connection to 127\.0\.0\.1:\d+ not recorded: the answer to GET \/torn broke off/);
    expect(
      existsSync(folder.at("reprise/test-set-0/mocks.yaml")) ? textsBelow(folder.at("reprise/test-set-0")) : "",
    ).not.toContain("only this");
  });
});

describe("6. a secret reaches a file that users commit", () => {
  rootTest("the raw capture is for its owner's eyes, ignored by git, and gone when it is decoded", async () => {
    using folder = new Folder();
    const dependency = counting();
    const port = freePort();
    const app = gateway("node", port, `http://127.0.0.1:${dependency.port}`);
    await using running = await startRecording(folder.path, app);
    await (await fetch(`http://127.0.0.1:${port}/item`)).text();
    const capture = folder.at("reprise/.capture");
    const modes = [
      capture,
      ...readdirSync(capture)
        .filter((name) => name.endsWith(".journal"))
        .map((name) => join(capture, name)),
    ];
    expect(modes.map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(["700", "600"]);
    expect(Bun.spawnSync(["git", "init", "-q"], { cwd: folder.path }).success).toBe(true);
    const status = Bun.spawnSync(["git", "status", "--porcelain", "--untracked-files=all"], { cwd: folder.path });
    expect(status.stdout.toString()).not.toContain(".capture");
    expect((await running.interrupt()).code).toBe(0);
    expect(existsSync(capture)).toBe(false);
    await dependency.stop();
  });
});

describe("7. another process's traffic or ports on the host are touched", () => {
  rootTest("a neighbour's calls are in no recording, and reach the real service during a replay", async () => {
    using folder = new Folder();
    const dependency = counting();
    const port = freePort();
    const base = gateway("node", port, `http://127.0.0.1:${dependency.port}`);
    const neighbour = async (word: string) => await (await fetch(`http://127.0.0.1:${dependency.port}/${word}`)).text();
    await recorded(folder.path, base, async () => {
      await neighbour("neighbour-before");
      await (await fetch(`http://127.0.0.1:${port}/own`)).text();
      await neighbour("neighbour-after");
    });
    expect(textsBelow(folder.at("reprise"))).not.toContain("neighbour");
    expect(readdirSync(folder.at("reprise/test-set-0/tests"))).toEqual(["get-own-1.yaml"]);

    const hanging = `exec node -e 'require("http").createServer(() => console.log("asked")).listen(${port}, "127.0.0.1")'`;
    await using replaying = reprise(["test", "-c", hanging], { cwd: folder.path });
    await replaying.line(/asked/);
    expect(await neighbour("during-replay")).toBe("real /during-replay");
    expect((await replaying.interrupt()).code).toBe(130);
    await dependency.stop();
  });

  rootTest("a neighbour's port that the app wants as well stays the neighbour's", async () => {
    using folder = new Folder();
    const held = createServer();
    await new Promise<void>((resolve) => held.listen(0, "127.0.0.1", resolve));
    const { port } = held.address() as AddressInfo;
    await using running = reprise(["record", "--no-denoise", "-c", gateway("node", port, "").command], {
      cwd: folder.path,
      env: { PORT: String(port) },
    });
    expect((await running.ended).code).toBe(4);
    const socket = connect(port, "127.0.0.1");
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    socket.destroy();
    held.close();
  });
});

describe("8. a crash of ours prints a stack as its only word", () => {
  rootTest("files that are no files of ours, in every place where one is read", async () => {
    using folder = new Folder();
    const dependency = counting();
    const port = freePort();
    const app = gateway("node", port, `http://127.0.0.1:${dependency.port}`);
    const record = async () => {
      await recorded(folder.path, app, async () => {
        await (await fetch(`http://127.0.0.1:${port}/item`)).text();
      });
    };
    await record();
    await dependency.stop();
    const set = folder.at("reprise/test-set-0");
    const rubbish = [
      randomBytes(2_000).toString("latin1"),
      "",
      "[]",
      "null",
      "- 1\n- 2\n",
      "a: &a [*a]\n",
      "\u0000".repeat(500),
    ];
    for (const path of ["tests/get-item-1.yaml", "mocks.yaml", "mappings.yaml", "config.yaml"]) {
      const file = join(set, path);
      const whole = readFileSync(file);
      for (const content of rubbish) {
        await Bun.write(file, content);
        await using running = reprise(["test", "-c", app.command], { cwd: folder.path, env: app.env ?? {} });
        const { code, stdout, stderr } = await running.ended;
        const said = `${path} ${JSON.stringify(content.slice(0, 20))}: ${code} ${stdout}${stderr}`;
        expect(said).not.toMatch(/\n {4}at |bug in Reprise/);
        expect([0, 1, 2, 4]).toContain(code ?? -1);
      }
      await Bun.write(file, whole);
    }
  });
});
