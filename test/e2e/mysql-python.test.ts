/** A Python service with MariaDB behind it, by PyMySQL and mysqlclient: replayed with the server stopped. */
import { describe } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { expectCaught, expectSound, recordedService } from "../support/mysql-turn.ts";
import { pythonWith } from "../support/python-venv.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

const LIMIT_MS = 60_000;
const own = join(apps, "mysql-python");

/** Debian's, which has the driver in C; the others are wheels. */
const pythons: Readonly<Record<string, () => Promise<string>>> = {
  pymysql: () => pythonWith(join(own, "requirements.txt")),
  MySQLdb: async () => "/usr/bin/python3",
};

describe.each([
  ["pymysql", "app", ""],
  ["pymysql", "ed", "yes"],
  ["MySQLdb", "app", ""],
  ["MySQLdb", "ed", "yes"],
])("a service by %s as %s, TLS: '%s'", (driver, user, tls) => {
  const service = recordedOnce(async (folder) => {
    const python = await pythons[driver]?.();
    return await recordedService(folder, {
      command: `exec ${python} ${join(own, "service.py")}`,
      env: ({ port }) => ({ DRIVER: driver, MYSQL_PORT: String(port), MYSQL_USER: user, MYSQL_TLS: tls }),
      isTls: tls !== "",
    });
  });

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count), LIMIT_MS);

  rootTest(
    "replays green a test alone, at once after the start",
    async () => expectGreen(await service().replay({}, ["--test-case", "get-visits-2"]), 1),
    LIMIT_MS,
  );

  rootTest(
    "is caught when it asks something else",
    async () => await expectCaught(service(), { "another id": ["values[0]: 7 -> 8"] }),
    LIMIT_MS,
  );
});
