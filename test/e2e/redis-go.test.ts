/** A Go service with Redis behind it, by go-redis: recorded with the server up, replayed without it. */
import { describe, setDefaultTimeout } from "bun:test";
import { goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { PostgresCertificates } from "../support/postgres-certificates.ts";
import { expectCaught, expectSound, recordedService } from "../support/redis-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

setDefaultTimeout(60_000);

describe.each(["2", "3"])("a service by go-redis in RESP%s", (version) => {
  const service = recordedOnce(async (folder) => {
    const command = `exec ${goProgram("redis-go/service")}`;
    return await recordedService(folder, command, { env: { PROTOCOL: version } });
  });

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

  rootTest("replays green by a large pool", async () =>
    expectGreen(await service().replay({ POOL_SIZE: "20" }), service().count),
  );

  rootTest("is caught", async () => await expectCaught(service(), { "another id": ["words[1]: item:7 -> item:8"] }));
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
