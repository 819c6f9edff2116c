/** A program that changed since it was recorded: whatever it does otherwise is a failed test that names the place. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { join } from "node:path";
import type { TestResult } from "../../src/core/run-result.ts";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { recorded, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const folder = new Folder();
const port = freePort();
let dependencyPort = 0;

const app = (change: string) => ({
  command: `exec node ${join(apps, "changing/changing.mjs")}`,
  env: { PORT: String(port), DEPENDENCY: `http://127.0.0.1:${dependencyPort}`, CHANGE: change },
});

/** What the one failed test of a run of the changed program says, and the run's exit code and text. */
const changed = async (change: string, name: string) => {
  const { code, report, stdout } = await tested(folder.path, app(change), ["--test-case", name]);
  const test = report.testSets[0]?.tests[0] as TestResult;
  return { code, test, text: stdout, verdict: report.verdict, mocks: report.mocks };
};

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  const users = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const order = request.method === "POST" ? await request.json() : null;
      return Response.json({ id: Number(pathname.split("/").pop()), name: `user ${search}`, order });
    },
  });
  dependencyPort = users.port ?? 0;
  await recorded(folder.path, app(""), async () => {
    for (const path of ["/users/7", "/text", "/bytes", "/empty", "/list"])
      await (await fetch(`http://127.0.0.1:${port}${path}`)).bytes();
    await (await fetch(`http://127.0.0.1:${port}/orders`, { method: "POST", body: '{"sku":"tea"}' })).bytes();
  });
  await users.stop(true);
}, 60_000);

afterAll(() => folder[Symbol.dispose]());

rootTest("is green while nothing has changed", async () => {
  const { code, report } = await tested(folder.path, app(""));
  expect([code, report.totals.passed]).toEqual([0, 6]);
});

describe("what the client would see", () => {
  const answers: readonly (readonly [change: string, test: string, differences: readonly object[]])[] = [
    ["drop a field", "get-users-by-id-1", [{ path: "body.email", expected: "ann@shop.test", change: "missing" }]],
    ["add a field", "get-users-by-id-1", [{ path: "body.nick", actual: "annie", change: "added" }]],
    ["number to string", "get-users-by-id-1", [{ path: "body.age", expected: 41, actual: "41", change: "retyped" }]],
    ["1 to 1.5", "get-users-by-id-1", [{ path: "body.score", expected: "1", actual: "1.5", change: "retyped" }]],
    ["null to absent", "get-users-by-id-1", [{ path: "body.boss", expected: null, change: "missing" }]],
    ["in a list", "get-list-1", [{ path: "body.items[1].name", expected: "b", actual: "c", change: "changed" }]],
    ["longer list", "get-list-1", [{ path: "body.items[2]", actual: { name: "c" }, change: "added" }]],
    [
      "other text",
      "get-text-1",
      [{ path: "body", expected: "plain text\n", actual: "plain test\n", change: "changed" }],
    ],
    ["other status", "get-text-1", [{ path: "status", expected: 200, actual: 203, change: "changed" }]],
    ["other header", "get-text-1", [{ path: "header.X-Version", expected: "1", actual: "2", change: "changed" }]],
    ["drop a header", "get-text-1", [{ path: "header.X-Version", expected: "1", change: "missing" }]],
    ["add a header", "get-text-1", [{ path: "header.X-Extra", actual: "1", change: "added" }]],
    ["a body where none was", "get-empty-1", [expect.objectContaining({ path: "status" })]],
  ];
  for (const [change, name, differences] of answers) {
    rootTest(change, async () => {
      const { code, test, text, verdict, mocks } = await changed(change, name);
      const paths = differences.map((each) => (each as { path?: string }).path ?? "status");
      expect([code, verdict, test.name, test.status, mocks.missed]).toEqual([1, "failed", name, "failed", 0]);
      if (change === "a body where none was")
        expect(test.differences).toEqual(expect.arrayContaining([...differences]));
      else expect(test.differences).toEqual(differences as never);
      for (const path of paths) expect(text).toContain(path);
    });
  }

  rootTest("other bytes", async () => {
    const { code, test, text } = await changed("other bytes", "get-bytes-1");
    expect([code, test.differences.map(({ path, change }) => [path, change])]).toEqual([1, [["body", "changed"]]]);
    expect(text).toContain("body");
  });
});

describe("what it asks of others", () => {
  rootTest("another id: the call and its nearest mock are named", async () => {
    const { code, test, text, mocks } = await changed("another id", "get-users-by-id-1");
    expect([code, test.status, mocks.missed]).toEqual([1, "failed", 1]);
    expect(test.missed).toEqual([
      {
        protocol: "http1",
        asked: expect.stringContaining("/people/8?of=shop"),
        nearest: { mock: expect.stringMatching(/^mock-\d+$/), differs: [expect.stringMatching(/7.*->.*8/)] },
      },
    ] as never);
    expect(text).toContain(test.missed[0]?.asked ?? "?");
    expect(text).toContain(`nearest is ${test.missed[0]?.nearest?.mock}`);
  });

  rootTest("another query value", async () => {
    const { code, test } = await changed("another query", "get-users-by-id-1");
    expect([code, test.missed.length, test.missed[0]?.nearest?.differs]).toEqual([
      1,
      1,
      [expect.stringMatching(/of.*shop.*->.*market/)],
    ] as never);
  });

  rootTest("another field in what it sends", async () => {
    const { code, test } = await changed("another body", "post-orders-1");
    expect([code, test.missed.length, test.missed[0]?.nearest?.differs]).toEqual([
      1,
      1,
      [expect.stringMatching(/sku.*tea.*->.*cup/)],
    ] as never);
  });

  rootTest("a call more than was recorded", async () => {
    const { code, test } = await changed("ask twice", "get-users-by-id-1");
    expect([code, test.status, test.missed.length]).toEqual([1, "failed", 1]);
    expect(test.missed[0]?.nearest?.differs).toEqual(["already served to test get-users-by-id-1"]);
  });

  rootTest("no call at all: a right answer without it proves nothing", async () => {
    const { code, test, text } = await changed("ask nobody", "get-users-by-id-1");
    expect([code, test.status, test.differences, test.reason]).toEqual([
      1,
      "failed",
      [],
      expect.stringContaining("proves nothing"),
    ] as never);
    expect(text).toContain("proves nothing");
  });
});
