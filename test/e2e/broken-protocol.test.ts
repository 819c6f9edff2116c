/**
 * A protocol with a bug in it: its sessions throw at every chunk. The app's traffic stays byte for byte what it is, the
 * recording and the run name what could not be read, and every other protocol goes on as ever.
 */
import { expect } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { startDecoder } from "../../src/cli/start-decoder.ts";
import { drivers, fallback, protocols } from "../../src/protocols/index.ts";
import { record, type RecordOutcome } from "../../src/record/record.ts";
import { runTestSets } from "../../src/replay/run.ts";
import { protocolsByKind } from "../../src/store/kinds.ts";
import { openTestSet } from "../../src/store/test-set-reader.ts";
import { apps } from "../support/apps.ts";
import { brokenRegistries, startBroken } from "../support/broken-registries.ts";
import { Folder } from "../support/folder.ts";
import { everything, freePort, versions } from "../support/recorded.ts";
import { rootTest } from "../support/root-test.ts";

const sum = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** The two dependencies: one turns what it is sent round, the other answers lines. */
const dependencies = () => {
  const heard: string[] = [];
  const http = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const bytes = await request.bytes();
      heard.push(sum(bytes));
      return new Response(bytes.toReversed());
    },
  });
  const lines = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: (socket, bytes) => void socket.write(`heard ${new TextDecoder().decode(bytes)}`) },
  });
  const stop = async () => {
    lines.stop(true);
    await http.stop(true);
  };
  return { http, lines, heard, stop };
};

const appOn = (port: number, httpPort: number, linesPort: number) => ({
  command: `exec node ${join(apps, "two-sided/two-sided.mjs")}`,
  cwd: "/",
  env: {
    PATH: process.env["PATH"] ?? "",
    PORT: String(port),
    HTTP_PORT: String(httpPort),
    LINES_PORT: String(linesPort),
  },
  user: null,
  stdout: "stderr" as const,
  files: [],
});

type App = ReturnType<typeof appOn>;

/** Records what `use` does, with that registry. */
const recordWith = async (
  registry: string,
  root: string,
  app: App,
  use: () => Promise<void>,
): Promise<RecordOutcome> => {
  const stop = new AbortController();
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  const recording = record(
    {
      ...everything,
      proxied: "unknown",
      startDecoder: registry === "whole" ? startDecoder : startBroken(registry),
      app,
      root,
      passThroughPorts: [],
      passThroughSockets: [],
      knownSockets: [],
      stop: stop.signal,
      isInterruptedByTerminal: () => false,
      keepCapture: false,
      versions,
    },
    { started: () => {}, listening: () => resolve(), recorded: () => {}, decoding: () => {} },
  );
  await Promise.race([listening, recording]);
  try {
    await use();
  } finally {
    stop.abort();
  }
  return await recording;
};

/** Records all kinds of traffic with that registry, and checks that both ends see every byte as it was sent. */
const recordAll = async (registry: string) => {
  using folder = new Folder();
  const { http, lines, heard, stop } = dependencies();
  const port = freePort();
  const app = appOn(port, http.port ?? 0, lines.port);
  const outcome = await recordWith(registry, folder.path, app, async () => {
    for (const size of [0, 1, 1_000, 3_000_000]) {
      const asked = randomBytes(size);
      const answer = await fetch(`http://127.0.0.1:${port}/http/${size}`, { method: "POST", body: asked });
      const answered = await answer.bytes();
      expect([answer.status, heard.at(-1), sum(answered)]).toEqual([200, sum(asked), sum(asked.toReversed())]);
    }
    expect(await (await fetch(`http://127.0.0.1:${port}/lines`)).text()).toBe("heard /lines\n");
  });
  await stop();
  expect(outcome.exit).toBeNull();
  const named = outcome.unread.map(({ peer, reason }) => `${peer}: ${reason}`).join("\n");
  return { outcome, named, port, httpPort: app.env.HTTP_PORT, linesPort: app.env.LINES_PORT };
};

rootTest("while recording: the bytes are untouched, it is named, and the others are recorded", async () => {
  const { outcome, named, port, httpPort, linesPort } = await recordAll("throwing");
  expect([outcome.tests, outcome.mocks]).toEqual([0, 1]);
  expect(named).toContain(`port ${port} of the app`);
  expect(named).toContain(`127.0.0.1:${httpPort}`);
  expect(named).not.toContain(`:${linesPort}`);
  expect(named).toContain("a bug in a parser");
});

rootTest("one that claims every connection and fails at it leaves the bytes alone, and is named", async () => {
  const { named, linesPort } = await recordAll("claiming");
  expect(named).toContain(`127.0.0.1:${linesPort}`);
  expect(named).toContain("chaos");
});

rootTest("one that throws when it is asked whose a connection is spoils nothing", async () => {
  const { outcome } = await recordAll("undecided");
  expect([outcome.tests, outcome.mocks]).toEqual([5, 5]);
});

rootTest("in replay: it is named, its test fails, and the others are green", async () => {
  using folder = new Folder();
  const { http, lines, stop } = dependencies();
  const port = freePort();
  const app = appOn(port, http.port ?? 0, lines.port);
  const { tests } = await recordWith("whole", folder.path, app, async () => {
    for (const path of ["/lines/1", "/http/1", "/lines/2"])
      await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  });
  await stop();
  expect(tests).toBe(3);
  const kinds = protocolsByKind([...protocols, fallback]);
  const { result, halt } = await runTestSets(
    [() => openTestSet(folder.at("test-set-0"), kinds)],
    {
      app,
      protocols: brokenRegistries["throwing"] ?? [],
      fallback,
      drivers,
      passThroughPorts: [],
      passThroughSockets: [],
      testCases: null,
      host: "localhost",
      port: null,
      apiTimeoutMs: 10_000,
      readyWithinMs: 10_000,
      healthUrl: null,
      strict: false,
      time: "recorded",
      tls: null,
      surroundings: [],
      noise: { tests: {}, mocks: {} },
      ignoresOrder: false,
      clockOffsetMs: 0,
      lessons: null,
      signal: new AbortController().signal,
    },
    { testSet: () => {}, ready: () => {}, test: () => {} },
  );
  expect([halt, result.verdict]).toEqual([null, "failed"]);
  const [set] = result.testSets;
  expect(set?.tests.map(({ name, status }) => `${name} ${status}`)).toEqual([
    "get-lines-by-id-1 passed",
    "get-http-by-id-1 failed",
    "get-lines-by-id-2 passed",
  ]);
  expect(set?.notes.join("\n")).toContain(`127.0.0.1:${app.env.HTTP_PORT}`);
  expect(set?.notes.join("\n")).toContain("a bug in a parser");
});
