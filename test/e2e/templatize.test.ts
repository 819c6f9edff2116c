/** Values that flow, named in the files: green whatever the service makes this time, small numbers included. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { recorded, reprise, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

rootTest(
  "a recording with names in the place of values is green each time, and red for what is not named",
  async () => {
    using folder = new Folder();
    const port = freePort();
    const app = (change = "") => ({
      command: `exec node ${join(apps, "sessions/sessions.mjs")}`,
      env: { PORT: String(port), CHANGE: change },
    });
    await recorded(folder.path, app(), async () => {
      const ask = async (path: string, init: RequestInit = {}): Promise<{ token?: string; id?: number }> =>
        (await (await fetch(`http://127.0.0.1:${port}/${path}`, init)).json()) as { token?: string; id?: number };
      const json = (body: object, headers = {}) => ({ method: "POST", body: JSON.stringify(body), headers });
      const { token } = await ask("login", json({ user: "ann" }));
      const bearer = { authorization: `Bearer ${token}` };
      const { id } = await ask("notes", json({ text: "tea" }, bearer));
      await ask(`notes/${id}`, { headers: bearer });
    });
    // The number of the note is another this time, which nothing has said to be noise.
    const before = await tested(folder.path, app());
    await using running = reprise(["templatize", "-p", folder.path]);
    const { code, stdout } = await running.ended;
    expect([before.code, code]).toEqual([1, 0]);
    expect(stdout).toBe(
      "✓ test-set-0: 2 values named, 3 tests changed\n" +
        "  token  of post-login-1, carried by post-notes-1, get-notes-by-id-1\n" +
        "  id  of post-notes-1, carried by get-notes-by-id-1\n",
    );
    const file = readFileSync(folder.at("reprise/test-set-0/tests/get-notes-by-id-1.yaml"), "utf8");
    expect(file).toContain('/notes/{{int .id}}"\n');
    expect(file).toContain("Bearer {{string .token}}");
    for (let replay = 0; replay < 3; replay++) {
      const { report, code: passed } = await tested(folder.path, app());
      const left = report.testSets[0]?.tests.flatMap(({ differences }) => differences.map(({ path }) => path));
      // The cookie was carried by nobody, so it has no name.
      expect([passed, left]).toEqual([1, ["header.Set-Cookie"]]);
    }
    const { report } = await tested(folder.path, app("forget"));
    expect(report.totals.failed).toBe(3);
    const learned = await tested(folder.path, app(), ["--denoise"]);
    expect(learned.code).toBe(0);
  },
);
