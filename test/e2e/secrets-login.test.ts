/** People sign in to a service with the passwords of a recording, and without them. */
import { expect, setDefaultTimeout } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { madeKey } from "../support/planted-secrets.ts";
import { freePort } from "../support/recorded.ts";
import { recorded, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

setDefaultTimeout(60_000);

rootTest("a password, its hash in the answer of a dependency, and the token that is given for it", async () => {
  using folder = new Folder();
  const password = `${madeKey()}!`;
  const hash = Bun.password.hashSync(password, { algorithm: "bcrypt", cost: 6 });
  const users = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => Response.json({ name: "ann", password_hash: hash }),
  });
  const port = freePort();
  const app = {
    command: `exec ${process.execPath} ${join(apps, "secrets-login/service.ts")}`,
    env: { PORT: String(port), USERS_URL: `http://127.0.0.1:${users.port}`, TOKEN_SECRET: madeKey() },
  };
  await recorded(folder.path, app, async () => {
    const at = `http://127.0.0.1:${port}`;
    for (const said of [password, "wrong-one-123"]) {
      const answer = await fetch(`${at}/login`, {
        method: "POST",
        body: JSON.stringify({ name: "ann", password: said }),
      });
      const text = await answer.text();
      if (answer.status !== 200) continue;
      const { token } = JSON.parse(text) as { token: string };
      for (const authorization of [`Bearer ${token}`, "Bearer a.b.c"])
        await (await fetch(`${at}/me`, { headers: { authorization } })).text();
    }
  });
  await users.stop(true);
  const red = async (changed = app) =>
    (await tested(folder.path, changed)).report.testSets.flatMap(({ tests }) =>
      tests.filter(({ status }) => status !== "passed"),
    );
  expect(await red()).toEqual([]);
  rmSync(join(folder.path, "reprise/test-set-0/secret.yaml"));
  expect(await red()).toEqual([]);
  // Somebody else's key signs somebody else's tokens.
  expect(await red({ ...app, env: { ...app.env, TOKEN_SECRET: madeKey() } })).toEqual([]);
});
