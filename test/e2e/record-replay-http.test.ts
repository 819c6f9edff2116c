/** An HTTP service with HTTP behind it, recorded with its dependency up and replayed with it gone, by the compiled binary. */
import { describe, expect } from "bun:test";
import { apps, gateway, languages } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { Namespace } from "../support/namespace.ts";
import { freePort } from "../support/recorded.ts";
import { recorded, Running, startRecording, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

/** A dependency that tells where it stands, what it was asked, and how many times it was asked before. */
const dependency = (hostname: string, port = 0) => {
  let asked = 0;
  return Bun.serve({
    hostname,
    port,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const status = pathname === "/gone" ? 410 : 200;
      const said = { at: hostname, asked: asked++, path: pathname + search, body: await request.text() };
      return Response.json(said, { status });
    },
  });
};

const json = (body: unknown) => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});

describe.each(languages)("a service in %s", (language) => {
  rootTest("answers from its recording as it did from its dependency", async () => {
    using folder = new Folder();
    const [one, other] = [dependency("127.0.0.1"), dependency("127.0.0.1")];
    const namesake = dependency("127.0.0.2", one.port);
    const port = freePort();
    const app = gateway(language, port, `http://127.0.0.1:${one.port}`);
    const at = (address: string, to: number | undefined) => ({ headers: { "x-dependency": `${address}:${to}` } });
    const requests: readonly (readonly [string, RequestInit?])[] = [
      ["/count"],
      ["/count"],
      ["/count"],
      ["/item?id=1&of=x"],
      ["/item?id=2&of=x"],
      ["/order", json({ id: 1, lines: [{ sku: "tea" }] })],
      ["/order", json({ id: 2, lines: [{ sku: "tea" }] })],
      ["/order", json({ id: 2, lines: [{ sku: "cup" }] })],
      ["/who", at("127.0.0.1", one.port)],
      ["/who", at("127.0.0.2", one.port)],
      ["/who", at("127.0.0.1", other.port)],
      ["/gone"],
    ];
    const answers: string[] = [];
    await recorded(folder.path, app, async () => {
      for (const [path, init] of requests)
        answers.push(await (await fetch(`http://127.0.0.1:${port}${path}`, init)).text());
    });
    expect(new Set(answers).size).toBe(requests.length);
    await Promise.all([one.stop(true), other.stop(true), namesake.stop(true)]);

    const { code, report, stdout } = await tested(folder.path, app);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`PASSED ${requests.length} of ${requests.length}`)]);
    const count = requests.length;
    expect(report).toMatchObject({
      version: 1,
      run: "test-run-0",
      command: app.command,
      verdict: "passed",
      totals: { tests: count, passed: count, failed: 0, skipped: 0 },
      mocks: { recorded: count, served: count, missed: 0, unused: 0 },
    });
    expect(report.testSets.map(({ name, verdict }) => [name, verdict])).toEqual([["test-set-0", "passed"]]);
    const served = report.testSets[0]?.tests.map((each) => each.served) ?? [];
    expect(served.map((mocks) => mocks.length)).toEqual(requests.map(() => 1));
    expect(new Set(served.flat()).size).toBe(count);
  });
});

rootTest("a dependency that was down when it was recorded is down in replay", async () => {
  using folder = new Folder();
  const [port, down] = [freePort(), freePort()];
  const app = gateway("node", port, `http://127.0.0.1:${down}`);
  const answers: string[] = [];
  await recorded(folder.path, app, async () => {
    for (let i = 0; i < 2; i++) answers.push(await (await fetch(`http://127.0.0.1:${port}/who`)).text());
  });
  expect(answers[0]).toContain("ECONNREFUSED");
  const { code, report } = await tested(folder.path, app);
  expect([code, report.verdict, report.totals.passed]).toEqual([0, "passed", 2]);
  // Whoever has come since is not what was recorded, and is not reached.
  let reached = 0;
  using _server = Bun.serve({ hostname: "127.0.0.1", port: down, fetch: () => new Response(`${++reached}`) });
  const again = await tested(folder.path, app);
  expect([again.code, again.report.testSets[0]?.tests[0]?.missed.length, reached]).toEqual([1, 1, 0]);
});

rootTest("two names of one address have their own answers, and no name is looked up in replay", async () => {
  using folder = new Folder();
  await using inside = await new Namespace({ resolver: "127.0.0.1" }).ready();
  const port = 8080;
  const app = { ...gateway("node", port, "http://red.shop.test:9001"), within: inside.enter };
  const ask = async (path: string, to: string) => {
    const script = `const r = await fetch("http://127.0.0.1:${port}${path}", { headers: { "x-dependency": "${to}" } });
      console.log(await r.text());`;
    await using client = new Running([process.execPath, "-e", script], { within: inside.enter });
    return (await client.ended).stdout.trim();
  };
  const answers: string[] = [];
  {
    await using servers = new Running([process.execPath, `${apps}/names/names.ts`], { within: inside.enter });
    await servers.line(/names are up/);
    await using running = await startRecording(folder.path, app);
    for (const name of ["red.shop.test", "blue.shop.test", "red.shop.test"])
      answers.push(await ask("/who", `${name}:9001`));
    expect((await running.interrupt()).code).toBe(0);
  }
  expect(answers.map((answer) => JSON.parse(answer).said as string)).toEqual([
    "red.shop.test:9001 asked 0",
    "blue.shop.test:9001 asked 1",
    "red.shop.test:9001 asked 2",
  ]);
  const { code, report } = await tested(folder.path, app);
  expect([code, report.verdict, report.totals.passed]).toEqual([0, "passed", 3]);
});
