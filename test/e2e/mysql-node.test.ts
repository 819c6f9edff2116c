/** A Node service with MariaDB behind it, by mysql2's pool: recorded with the server up, replayed with it stopped. */
import { describe } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { expectCaught, expectSound, recordedService } from "../support/mysql-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

const LIMIT_MS = 60_000;

describe.each([
  ["query", "", "values[0]: 7 -> 8"],
  ["execute", "", "parameters[0]: 7 -> 8"],
  ["execute", "yes", "parameters[0]: 7 -> 8"],
])("a service by mysql2's %s, TLS: '%s'", (asks, tls, differs) => {
  const service = recordedOnce((folder) =>
    recordedService(folder, {
      command: `exec node ${join(apps, "mysql-node/service.mjs")}`,
      env: ({ port }) => ({ MYSQL_URL: `mysql://app:secret@127.0.0.1:${port}/shop`, MYSQL_TLS: tls, ASKS: asks }),
      isTls: tls !== "",
      extra: ["/big/8", "/long"],
    }),
  );

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count), LIMIT_MS);

  rootTest(
    "replays green by other pools, and a test alone at once after the start",
    async () => {
      for (const size of ["1", "16"]) expectGreen(await service().replay({ POOL_SIZE: size }), service().count);
      expectGreen(await service().replay({}, ["--test-case", "get-visits-2"]), 1);
    },
    LIMIT_MS,
  );

  rootTest(
    "is caught when it asks something else",
    async () => await expectCaught(service(), { "another id": [differs] }),
    LIMIT_MS,
  );
});
