/**
 * Services whose MongoDB server speaks TLS, with a root of the company's own: FerretDB by name with SCRAM on top, and a
 * replica set whose members are addresses.
 */
import { describe, expect } from "bun:test";
import { join } from "node:path";
import { apps, goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { startMongodb, startReplicaSet } from "../support/mongodb-server.ts";
import { expectCaught, expectSound, paths, recordedService, replicaPaths } from "../support/mongodb-turn.ts";
import { PostgresCertificates } from "../support/postgres-certificates.ts";
import { pythonWith } from "../support/python-venv.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

const user = { name: "app", password: "secret" };

describe.each([
  ["node", () => `exec node ${join(apps, "mongodb-node/service.mjs")}`],
  ["go v2", () => `exec ${goProgram("mongodb-go/v2")}`],
  [
    "python",
    async () =>
      `exec ${await pythonWith(join(apps, "mongodb-python/requirements.txt"))} ${join(apps, "mongodb-python/service.py")}`,
  ],
] as const)("%s over TLS", (_, command) => {
  rootTest(
    "with FerretDB",
    async () => {
      using folder = new Folder();
      using certificates = new PostgresCertificates();
      const service = await recordedService(folder, await command(), {
        server: await startMongodb({ user, tls: certificates }),
        env: { MONGODB_ROOT: certificates.root },
        client: { tlsCAFile: certificates.root },
        urlOf: (url) => url.replace("127.0.0.1", "localhost"),
      });
      expectSound(service);
      expectGreen(await service.replay(), service.count);
      await expectCaught(service);
    },
    120_000,
  );

  rootTest(
    "with a replica set",
    async () => {
      using folder = new Folder();
      using certificates = new PostgresCertificates();
      const mechanisms = ["SCRAM-SHA-1", "SCRAM-SHA-256"];
      const service = await recordedService(folder, await command(), {
        server: await startReplicaSet({ user, mechanisms, tls: certificates }),
        paths: [...paths, ...replicaPaths],
        urlOf: (url) => `${url}&heartbeatFrequencyMS=500`,
        env: { MONGODB_ROOT: certificates.root },
        client: { tlsCAFile: certificates.root },
      });
      expectSound(service);
      expectGreen(await service.replay(), service.count);
      expect(service.count).toBeGreaterThan(70);
    },
    120_000,
  );

  rootTest(
    "with a server that asks for a certificate and goes without",
    async () => {
      using folder = new Folder();
      using certificates = new PostgresCertificates();
      const service = await recordedService(folder, await command(), {
        server: await startReplicaSet({ tls: certificates, asksCertificate: true }),
        env: { MONGODB_ROOT: certificates.root },
        client: { tlsCAFile: certificates.root },
      });
      expectSound(service);
      expectGreen(await service.replay(), service.count);
    },
    120_000,
  );
});
