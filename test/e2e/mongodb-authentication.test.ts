/**
 * Services that prove who they are, by SCRAM-SHA-1 and SCRAM-SHA-256, with FerretDB and with a replica set; the password
 * is in their connection string, or known to nobody but them and whoever gives `--mongo-password`.
 */
import { describe, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apps, goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { classPath } from "../support/maven-jars.ts";
import { startMongodb, startReplicaSet } from "../support/mongodb-server.ts";
import { expectSound, recordedService } from "../support/mongodb-turn.ts";
import { pythonWith } from "../support/python-venv.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

const password = "s3cr/t, 100% ü;'\"";
const node = `exec node ${join(apps, "mongodb-node/service.mjs")}`;

const python = async (): Promise<string> =>
  `exec ${await pythonWith(join(apps, "mongodb-python/requirements.txt"))} ${join(apps, "mongodb-python/service.py")}`;
const java = async (): Promise<string> =>
  `exec java -XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "mongodb-java"))}' Service`;
const go = (): string => `exec ${goProgram("mongodb-go/v2")}`;

describe.each(["SCRAM-SHA-256", "SCRAM-SHA-1"])("by %s", (mechanism) => {
  rootTest.each(
    mechanism === "SCRAM-SHA-1"
      ? ([["python", python]] as const)
      : ([
          ["node", () => node],
          ["go v2", go],
          ["python", python],
          ["java", java],
        ] as const),
  )(
    "%s with a replica set, without a word from us",
    async (_, command) => {
      using folder = new Folder();
      // Node's driver has a digest of its own where a name is escaped, and no server lets it in by SCRAM-SHA-1.
      const user = { name: mechanism === "SCRAM-SHA-1" ? "app" : "app=1,2", password };
      const server = await startReplicaSet({ user, mechanisms: [mechanism] });
      const service = await recordedService(folder, await command(), { server });
      expectSound(service);
      expectGreen(await service.replay(), service.count);
      const written = readFileSync(folder.at("reprise/test-set-0/mocks.yaml"), "utf8");
      expect(written).not.toContain("saslStart");
      expect(written).not.toContain(password);
    },
    120_000,
  );

  rootTest(
    "node with FerretDB, by a password that only the program knows",
    async () => {
      using folder = new Folder();
      using elsewhere = new Folder();
      const server = await startMongodb({ user: { name: "app", password } });
      const file = elsewhere.write("url", `${server.url}?authMechanism=${mechanism}`);
      const service = await recordedService(folder, node, { server, env: { MONGODB_URL: "", MONGODB_URL_FILE: file } });
      expectSound(service);
      const refused = await service.replay({}, ["--test-case", "get-items-by-id-1"]);
      const missed = refused.report.testSets.flatMap((set) => [...set.missed, ...set.tests.flatMap((test) => test.missed)]); // prettier-ignore
      expect([refused.code, missed[0]?.asked]).toEqual([1, expect.stringContaining('the password of "app": give it with --mongo-password')]); // prettier-ignore
      expectGreen(await service.replay({}, ["--mongo-password", password]), service.count);
      expectGreen(await service.replay({ REPRISE_MONGO_PASSWORD: password }), service.count);
    },
    120_000,
  );
});

rootTest(
  "who is refused while recording is refused in replay",
  async () => {
    using folder = new Folder();
    const server = await startMongodb({ user: { name: "app", password: "right" } });
    const wrong = { MONGODB_URL: server.url.replace("right", "wrong") };
    const service = await recordedService(folder, node, { server, env: wrong, paths: ["/visits"], concurrent: [] });
    expect(service.answers.get("/visits")).toEqual([[500, expect.stringContaining("uthentication")]] as never);
    expectGreen(await service.replay(), 1);
  },
  60_000,
);
