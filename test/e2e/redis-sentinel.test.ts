/** Services that find their Redis by asking a sentinel: recorded with both up, replayed without either. */
import { expect, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { apps, goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { classPath } from "../support/maven-jars.ts";
import { pythonWith } from "../support/python-venv.ts";
import { startRedis, startSentinel } from "../support/redis-server.ts";
import { expectCaught, paths, recordedService } from "../support/redis-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

setDefaultTimeout(120_000);

const java = async () => `exec java -XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "redis-java"))}' Service`;
const commandsAlone = ["/items/1", "/items/7", "/items/7", "/items/999", "/visits", "/visits", "/binary", "/failure"];

rootTest.each([
  ["go-redis", () => `exec ${goProgram("redis-go/service")}`, {}, paths],
  ["ioredis", () => `exec node ${join(apps, "redis-node/service.mjs")}`, { DRIVER: "ioredis" }, paths],
  ["node-redis", () => `exec node ${join(apps, "redis-node/service.mjs")}`, { DRIVER: "redis" }, commandsAlone],
  [
    "redis-py",
    async () => `exec ${await pythonWith(join(apps, "redis-python/requirements.txt"))} ${join(apps, "redis-python/service.py")}`, // prettier-ignore
    {},
    paths,
  ],
  ["Jedis", java, { DRIVER: "jedis" }, paths],
  ["Lettuce", java, { DRIVER: "lettuce" }, paths],
  ["Ruby", () => `exec ruby ${join(apps, "redis-ruby/service.rb")}`, {}, paths],
] as const)("%s asks a sentinel", async (_name, command, env, asked) => {
  using folder = new Folder();
  const server = await startRedis();
  await using sentinel = await startSentinel(server);
  const turn = { env: { ...env, SENTINEL: sentinel.address }, paths: asked, server };
  const service = await recordedService(folder, await command(), turn);
  await sentinel[Symbol.asyncDispose]();
  expect((service.answers.get("/visits") ?? []).slice(0, 2).map(([, body]) => JSON.parse(body))).toEqual([{ n: 1 }, { n: 2 }]); // prettier-ignore
  expectGreen(await service.replay(), service.count);
  await expectCaught(service, { "another id": ["words[1]: item:7 -> item:8"] });
});
