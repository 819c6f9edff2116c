/**
 * What is compressed on its way (OP_COMPRESSED), by each driver that brings the compressor along, and cursors whose
 * answers come without being asked for (exhaust): recorded with a replica set, replayed without it.
 */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apps, goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { classPath } from "../support/maven-jars.ts";
import { startReplicaSet } from "../support/mongodb-server.ts";
import { expectSound, recordedService } from "../support/mongodb-turn.ts";
import { pythonWith } from "../support/python-venv.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

const go = (version: string) => () => `exec ${goProgram(`mongodb-go/${version}`)}`;
const python = async (): Promise<string> =>
  `exec ${await pythonWith(join(apps, "mongodb-python/requirements.txt"))} ${join(apps, "mongodb-python/service.py")}`;

rootTest.each([
  ["snappy", "go v1", go("v1")],
  ["zstd", "go v2", go("v2")],
  ["zlib", "node", () => `exec node ${join(apps, "mongodb-node/service.mjs")}`],
  ["zlib", "python", python],
  [
    "zlib",
    "java",
    async () => `exec java -XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "mongodb-java"))}' Service`,
  ],
] as const)(
  "%s by %s",
  async (compressor, _, command) => {
    using folder = new Folder();
    const server = await startReplicaSet({ compressors: [compressor] });
    const service = await recordedService(folder, await command(), {
      server,
      urlOf: (url) => `${url}&compressors=${compressor}`,
    });
    expectSound(service);
    expectGreen(await service.replay(), service.count);
  },
  120_000,
);

rootTest(
  "exhaust cursors by PyMongo",
  async () => {
    using folder = new Folder();
    const server = await startReplicaSet();
    const service = await recordedService(folder, await python(), { server, env: { EXHAUST: "1" } });
    expectSound(service);
    expectGreen(await service.replay(), service.count);
    // Answers of one question: the last one alone does not say that more will come.
    expect(readFileSync(folder.at("reprise/test-set-0/mocks.yaml"), "utf8")).toMatch(/replies:\n\s+- flags: 2\n/);
  },
  120_000,
);
