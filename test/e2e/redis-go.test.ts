/** A Go service with Redis behind it, by go-redis: recorded with the server up, replayed without it. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { PostgresCertificates } from "../support/postgres-certificates.ts";
import { startRedisCluster } from "../support/redis-server.ts";
import {
  expectCaught,
  expectGreen,
  expectSound,
  recordedService,
  type RecordedService,
} from "../support/redis-turn.ts";
import { rootTest } from "../support/root-test.ts";

describe.each(["2", "3"])("a service by go-redis in RESP%s", (version) => {
  const folder = new Folder();
  let service: RecordedService;

  beforeAll(async () => {
    if (process.getuid?.() !== 0) return;
    const command = `exec ${goProgram("redis-go/service")}`;
    service = await recordedService(folder, command, { env: { PROTOCOL: version } });
  }, 120_000);

  afterAll(() => folder[Symbol.dispose]());

  rootTest("records what its clients saw", () => expectSound(service));

  rootTest("replays green", async () => expectGreen(await service.replay(), service.count));

  rootTest("replays green by a large pool", async () =>
    expectGreen(await service.replay({ POOL_SIZE: "20" }), service.count),
  );

  rootTest("is caught", async () => await expectCaught(service, { "another id": ["words[1]: item:7 -> item:8"] }));
});

rootTest("go-redis over TLS, by name, with a root of the company's own", async () => {
  using folder = new Folder();
  using certificates = new PostgresCertificates();
  const service = await recordedService(folder, `exec ${goProgram("redis-go/service")}`, {
    env: { REDIS_ROOT: certificates.root },
    tls: certificates,
    urlOf: ({ url }) => url.replace("127.0.0.1", "localhost"),
  });
  expectSound(service);
  expectGreen(await service.replay(), service.count);
});

rootTest("go-redis with a cluster of three, by slots and redirections", async () => {
  using folder = new Folder();
  await using cluster = await startRedisCluster();
  const [server] = cluster.servers;
  const ofOneKey = ["/items/1", "/items/7", "/items/999", "/visits", "/visits", "/binary", "/pipeline/50", "/failure"];
  const service = await recordedService(folder, `exec ${goProgram("redis-go/service")}`, {
    env: { CLUSTER: cluster.addresses },
    paths: ofOneKey,
    server,
  });
  await cluster.stop();
  expect(service.answers.get("/visits")).toEqual([
    [200, '{"n":1}\n'],
    [200, '{"n":2}\n'],
  ]);
  expectGreen(await service.replay(), service.count);
});
