/** A Ruby service with MariaDB behind it, by the mysql2 gem and a connection pool: replayed with the server stopped. */
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
  ["execute", "yes", "parameters[0]: 7 -> 8"],
])("a service by mysql2's %s, TLS: '%s'", (asks, tls, differs) => {
  const service = recordedOnce((folder) =>
    recordedService(folder, {
      command: `exec ruby ${join(apps, "mysql-ruby/service.rb")}`,
      env: ({ port }) => ({ MYSQL_PORT: String(port), MYSQL_TLS: tls, ASKS: asks }),
      isTls: tls !== "",
    }),
  );

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count), LIMIT_MS);

  rootTest(
    "replays green by another pool, and a test alone at once after the start",
    async () => {
      expectGreen(await service().replay({ POOL_SIZE: "2" }), service().count);
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
