/**
 * Services with a replica set behind them: several hosts, streamed heartbeats, sessions with the cluster's time,
 * transactions, writes that are tried again, change streams; recorded with the set up, replayed without it.
 */
import { describe } from "bun:test";
import { join } from "node:path";
import { apps, goProgram } from "../support/apps.ts";
import { classPath } from "../support/maven-jars.ts";
import { Folder } from "../support/folder.ts";
import { startReplicaSet } from "../support/mongodb-server.ts";
import { expectCaught, expectSound, paths, recordedService, replicaPaths } from "../support/mongodb-turn.ts";
import { pythonWith } from "../support/python-venv.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

const programs: Readonly<Record<string, () => string | Promise<string>>> = {
  node: () => `exec node ${join(apps, "mongodb-node/service.mjs")}`,
  mongoose: () => `DRIVER=mongoose exec node ${join(apps, "mongodb-node/service.mjs")}`,
  python: async () =>
    `exec ${await pythonWith(join(apps, "mongodb-python/requirements.txt"))} ${join(apps, "mongodb-python/service.py")}`,
  "go v1": () => `exec ${goProgram("mongodb-go/v1")}`,
  "go v2": () => `exec ${goProgram("mongodb-go/v2")}`,
  java: async () => `exec java -XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "mongodb-java"))}' Service`,
};

rootTest(
  "reads from whichever member the driver likes are answered by what another one said",
  async () => {
    using folder = new Folder();
    const service = await recordedService(folder, (await programs["go v2"]?.()) ?? "", {
      server: await startReplicaSet({ members: 5 }),
      urlOf: (url) => `${url}&readPreference=secondary&localThresholdMS=1000`,
    });
    expectSound(service);
    for (let turn = 0; turn < 3; turn++) expectGreen(await service.replay(), service.count);
    await expectCaught(service);
  },
  120_000,
);

describe.each(Object.keys(programs))("a service in %s with a replica set", (name) => {
  const service = recordedOnce(
    async (folder) =>
      await recordedService(folder, (await programs[name]?.()) ?? "", {
        server: await startReplicaSet(),
        paths: [...paths, ...replicaPaths],
        urlOf: (url) => `${url}&heartbeatFrequencyMS=500`,
      }),
  );

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

  rootTest("is caught", async () => await expectCaught(service()));
});
