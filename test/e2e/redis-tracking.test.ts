/** Clients that keep what they have read until their Redis says that it has changed: its words come when they did. */
import { expect, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { classPath } from "../support/maven-jars.ts";
import { recordedService } from "../support/redis-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

setDefaultTimeout(60_000);

const paths = ["/cached/a", "/cached/a", "/cached/b", "/cached/a"];

rootTest.each([
  ["node-redis", () => `exec node ${join(apps, "redis-node/service.mjs")}`, { DRIVER: "redis" }],
  ["Lettuce", async () => `exec java -XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "redis-java"))}' Service`, { DRIVER: "lettuce" }], // prettier-ignore
] as const)("%s with a cache that the server invalidates", async (_name, command, env) => {
  using folder = new Folder();
  const turn = { env: { ...env, PROTOCOL: "3" }, paths, concurrent: [] };
  const service = await recordedService(folder, await command(), turn);
  const seen = (path: string) => service.answers.get(path)?.map(([, body]) => JSON.parse(body));
  const changes = [null, "1", "2", "3"];
  const values = (count: number) => changes.slice(0, count).map((before, at) => ({ before, after: changes[at + 1] }));
  expect([seen("/cached/a"), seen("/cached/b")]).toEqual([values(3), values(1)]);
  const mocks = await Bun.file(join(folder.path, "reprise/test-set-0/mocks.yaml")).text();
  expect(mocks).toContain("invalidate");
  expectGreen(await service.replay(), service.count);
});
