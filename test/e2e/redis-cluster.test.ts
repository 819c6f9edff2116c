/**
 * Services with a Redis cluster of three behind them, a slot of which moves while they are recorded: they are sent on by
 * ASK and by MOVED, then and in the replay without the cluster.
 */
import { expect, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { apps, goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { pythonWith } from "../support/python-venv.ts";
import { type RedisCluster, startRedisCluster } from "../support/redis-server.ts";
import { expectCaught, recordedService } from "../support/redis-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

setDefaultTimeout(120_000);

const asked = [
  ...["/items/1", "/items/7", "/items/7", "/items/999", "/binary", "/failure"],
  ...["/visits", "/visits", "/visits", "/visits"],
];

/** Moves the slot of `visits` in two steps: half before the eighth path, when ASK sends on; whole before the ninth. */
const moving = ({ servers }: RedisCluster): ((n: number) => void) => {
  const slot = servers[0].ask("CLUSTER", "KEYSLOT", "visits");
  const nodes = servers.map(({ askHere, port }) => ({ ask: askHere, port, id: askHere("CLUSTER", "MYID") }));
  const owns = ({ ask }: (typeof nodes)[number]): boolean => {
    const mine = ask("CLUSTER", "NODES").split("\n").find((line) => line.includes("myself")) ?? ""; // prettier-ignore
    const [from = 0, to = 0] = (mine.split(" ").at(8) ?? "").split("-").map(Number);
    return from <= Number(slot) && Number(slot) <= to;
  };
  const source = nodes.find(owns);
  const target = nodes.find((node) => !owns(node));
  if (source === undefined || target === undefined) throw new Error(`nobody has slot ${slot}`);
  return (n) => {
    if (n === 7) {
      target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", source.id);
      source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", target.id);
      source.ask("MIGRATE", "127.0.0.1", String(target.port), "visits", "0", "5000", "AUTH", "secret");
    }
    if (n === 8) for (const { ask } of nodes) ask("CLUSTER", "SETSLOT", slot, "NODE", target.id);
  };
};

rootTest.each([
  ["go-redis", () => `exec ${goProgram("redis-go/service")}`, {}, "hgetall -> hget"],
  ["node-redis", () => `exec node ${join(apps, "redis-node/service.mjs")}`, { DRIVER: "redis" }, "HGETALL -> HGET"],
  [
    "redis-py",
    async () => `exec ${await pythonWith(join(apps, "redis-python/requirements.txt"))} ${join(apps, "redis-python/service.py")}`, // prettier-ignore
    {},
    "HGETALL -> HGET",
  ],
] as const)("%s is sent on by a cluster", async (_name, command, env, changed) => {
  using folder = new Folder();
  await using cluster = await startRedisCluster();
  const [server] = cluster.servers;
  const turn = { env: { ...env, CLUSTER: cluster.addresses }, paths: asked, server, before: moving(cluster) };
  const service = await recordedService(folder, await command(), turn);
  await cluster.stop();
  const recorded = await Bun.file(join(folder.path, "reprise/test-set-0/mocks.yaml")).text();
  expect([/error: ASK /.test(recorded), /error: MOVED /.test(recorded)]).toEqual([true, true]);
  expect(service.answers.get("/visits")?.map(([, body]) => JSON.parse(body))).toEqual([1, 2, 3, 4].map((n) => ({ n })));
  expectGreen(await service.replay(), service.count);
  await expectCaught(service, { "other command": [`words[0]: ${changed}`, "words[2]: (absent) -> name"] });
});

rootTest("ioredis with a cluster that stays as it is", async () => {
  using folder = new Folder();
  await using cluster = await startRedisCluster();
  const [server] = cluster.servers;
  const env = { DRIVER: "ioredis", CLUSTER: cluster.addresses };
  const command = `exec node ${join(apps, "redis-node/service.mjs")}`;
  const service = await recordedService(folder, command, { env, paths: asked, server });
  await cluster.stop();
  expect(service.answers.get("/visits")?.map(([, body]) => JSON.parse(body))).toEqual([1, 2, 3, 4].map((n) => ({ n })));
  expectGreen(await service.replay(), service.count);
});
