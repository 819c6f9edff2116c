/** A Go service with MariaDB behind it, by go-sql-driver, in clear and over TLS: replayed with the server stopped. */
import { describe } from "bun:test";
import { goProgram } from "../support/apps.ts";
import { expectCaught, expectSound, recordedService } from "../support/mysql-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

const LIMIT_MS = 60_000;
const extra = ["/big/8", "/long"];

describe.each([
  ["in clear", ""],
  ["over TLS", "&tls=skip-verify"],
  ["with values written into the SQL", "&interpolateParams=true"],
])("a service by go-sql-driver, %s", (_name, option) => {
  const service = recordedOnce((folder) =>
    recordedService(folder, {
      command: `exec ${goProgram("mysql-go/service")}`,
      env: ({ port }) => ({ MYSQL_DSN: `app:secret@tcp(127.0.0.1:${port})/shop?parseTime=true${option}` }),
      isTls: option.includes("tls"),
      extra,
    }),
  );

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count), LIMIT_MS);

  rootTest(
    "is caught when it asks something else",
    async () =>
      await expectCaught(service(), {
        "another id": [option.includes("interpolate") ? "values[0]: 7 -> 8" : "parameters[0]: 7 -> 8"],
      }),
    LIMIT_MS,
  );
});
