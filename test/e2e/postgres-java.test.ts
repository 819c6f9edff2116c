/** A service on HikariCP and pgjdbc, recorded with a real PostgreSQL and replayed without it. */
import { describe } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { classPath } from "../support/maven-jars.ts";
import {
  changes,
  expectCaught,
  expectGreen,
  expectSound,
  recordedService,
  type ServiceRequest,
} from "../support/postgres-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";

const extra: readonly ServiceRequest[] = ["validity", "keys", "scroll"].map((name) => ({ method: "GET", path: `/own/${name}` })); // prettier-ignore

type Settings = Readonly<Record<string, string>>;

/** How it is recorded, and the other ways in which it is replayed. */
const recordings: readonly (readonly [name: string, recorded: Settings, replayed: readonly Settings[]])[] = [
  [
    "statements named from their fifth execution on",
    {},
    [
      // A ping for every checkout, where none was recorded.
      { POOL_SIZE: "1", PING_AFTER_MS: "0" },
      { POOL_SIZE: "9" },
      { JDBC_OPTIONS: "?prepareThreshold=1" },
      { JDBC_OPTIONS: "?prepareThreshold=0" },
    ],
  ],
  [
    "statements named at once, batches rewritten, a ping for every checkout",
    {
      JDBC_OPTIONS: "?prepareThreshold=1&reWriteBatchedInserts=true&ApplicationName=shop",
      CONNECTION_INIT: "SET search_path TO public",
      PING_AFTER_MS: "0",
    },
    [{ POOL_SIZE: "2", PING_AFTER_MS: "500" }, { JDBC_OPTIONS: "?reWriteBatchedInserts=true&binaryTransfer=false" }],
  ],
  ["simple queries", { JDBC_OPTIONS: "?preferQueryMode=simple" }, [{ POOL_SIZE: "1" }]],
];

describe.each(recordings)("a service on pgjdbc: %s", (name, settings, others) => {
  const service = recordedOnce(async (folder) => {
    const path = await classPath(join(apps, "pg-java"));
    const command = `exec java -XX:TieredStopAtLevel=1 -cp '${path}' Shop`;
    return await recordedService(folder, () => ({ command, env: settings }), { extra });
  });

  rootTest("answers while it is recorded as its database says", () => expectSound(service()));

  rootTest("is green with the server stopped", async () => expectGreen(await service().replay(), service().count));

  rootTest("is green with other pools and other ways to prepare", async () => {
    for (const other of others) expectGreen(await service().replay(other), service().count);
  });

  for (const change of changes) {
    rootTest(`is caught: ${change}`, async () =>
      expectCaught(service(), change, { literal: name === "simple queries" }),
    );
  }
});
