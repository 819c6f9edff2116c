/** Tokens and ids that a service makes anew each time and wants to see again: they flow from its answers into requests. */
import { afterAll, beforeAll, expect } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { recorded, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const folder = new Folder();
const port = freePort();
let dependency = "";
let said = "";
const app = (change = "") => ({
  command: `exec node ${join(apps, "sessions/sessions.mjs")}`,
  env: { PORT: String(port), DEPENDENCY: dependency, CHANGE: change },
});

/** As a client uses it: with what it was given. */
const use = async (): Promise<void> => {
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/${path}`, init);
    const given = (await response.json()) as { token?: string; id?: string; number?: number };
    return { cookie: response.headers.get("set-cookie") ?? "", ...given };
  };
  const json = (body: object, headers: Record<string, string> = {}) => ({ method: "POST", body: JSON.stringify(body), headers }); // prettier-ignore
  const { token, cookie } = await ask("login", json({ user: "ann" }));
  const bearer = { authorization: `Bearer ${token}` };
  await ask("me", { headers: bearer });
  await ask("me", { headers: { cookie: cookie.split(";")[0] ?? "" } });
  for (const name of ["tea", "milk"]) {
    const { id, number } = await ask("items", json({ name }, bearer));
    await ask(`items/${id}`, { headers: bearer });
    await ask("numbers", json({ number }, bearer));
  }
};

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  const charges = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => Response.json({ of: request.url.split("/").at(-1), charged: request.method === "POST" }),
  });
  dependency = `http://127.0.0.1:${charges.port}`;
  ({ stdout: said } = await recorded(folder.path, app(), use, { denoise: true }));
  await charges.stop(true);
}, 120_000);

afterAll(() => folder[Symbol.dispose]());

rootTest("the recording is green at once", () => expect(said).toContain("test-set-0 replays green: 9 of 9"));

rootTest("and each time later, which the report explains", async () => {
  const { code, report } = await tested(folder.path, app());
  const tests = report.testSets[0]?.tests ?? [];
  expect([code, report.mocks]).toEqual([0, { recorded: 4, served: 4, missed: 0, unused: 0 }]);
  const from = tests.map(({ name, carried = [] }) => [name, ...carried]);
  expect(from).toEqual([
    ["post-login-1"],
    ["get-me-1", "body.token of post-login-1"],
    ["get-me-2", "header.Set-Cookie of post-login-1"],
    ["post-items-1", "body.token of post-login-1"],
    ["get-items-by-id-1", "header.Location of post-items-1", "body.token of post-login-1"],
    ["post-numbers-1", "body.token of post-login-1", "body.number of post-items-1"],
    ["post-items-2", "body.token of post-login-1"],
    ["get-items-by-id-2", "header.Location of post-items-2", "body.token of post-login-1"],
    ["post-numbers-2", "body.token of post-login-1", "body.number of post-items-2"],
  ]);
});

rootTest("a service that forgets what it has handed out is red", async () => {
  const { code, report } = await tested(folder.path, app("forget"));
  expect([code, report.totals.failed]).toEqual([1, 8]);
});
