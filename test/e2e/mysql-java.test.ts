/** A service on HikariCP with MariaDB behind it, by Connector/J and by MariaDB's driver: replayed with the server stopped. */
import { describe } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { classPath } from "../support/maven-jars.ts";
import { expectCaught, expectSound, recordedService } from "../support/mysql-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

const LIMIT_MS = 120_000;
const literal = "values[0]: 7 -> 8";
const bound = "parameters[0]: 7 -> 8";

describe.each([
  ["mysql", "allowLoadLocalInfile=true&allowPublicKeyRetrieval=true&sslMode=DISABLED", literal],
  ["mysql", "allowLoadLocalInfile=true&sslMode=REQUIRED&useServerPrepStmts=true&cachePrepStmts=true&useCursorFetch=true", bound], // prettier-ignore
  ["mariadb", "allowLocalInfile=true&sslMode=disable", literal],
  ["mariadb", "allowLocalInfile=true&sslMode=trust&useServerPrepStmts=true", bound],
])("a service by %s's driver, %s", (scheme, options, differs) => {
  const service = recordedOnce(async (folder) => {
    const path = await classPath(join(apps, "mysql-java"));
    return await recordedService(folder, {
      command: `exec java -XX:TieredStopAtLevel=1 -cp '${path}' Shop`,
      env: ({ port }) => ({ JDBC_URL: `jdbc:${scheme}://127.0.0.1:${port}/shop?${options}` }),
      isTls: /REQUIRED|trust/.test(options),
      extra: ["/batch/20", "/scroll/50"],
    });
  });

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count), LIMIT_MS);

  rootTest(
    "replays green by other pools, and a test alone at once after the start",
    async () => {
      // A ping for every checkout, where none was recorded.
      for (const other of [{ POOL_SIZE: "1", PING_AFTER_MS: "0" }, { POOL_SIZE: "9" }])
        expectGreen(await service().replay(other), service().count);
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
