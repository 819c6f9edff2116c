/** By whatever a MySQL 8 lets its clients in: what they asked is recorded, and replayed without the server. */
import { describe } from "bun:test";
import { join } from "node:path";
import { apps, goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { recordedService } from "../support/mysql-turn.ts";
import { pythonWith } from "../support/python-venv.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

const LIMIT_MS = 120_000;
const paths = ["/items/1", "/items/7", "/visits", "/visits", "/failure"];
const python = join(apps, "mysql-python");

type Drivers = Readonly<Record<string, (port: number, isTls: boolean) => Readonly<Record<string, string>>>>;

const env: Drivers = {
  "go-sql-driver": (port, isTls) => ({
    MYSQL_DSN: `app:secret@tcp(127.0.0.1:${port})/shop?allowCleartextPasswords=true${isTls ? "&tls=skip-verify" : ""}`,
  }),
  PyMySQL: (port, isTls) => ({ MYSQL_PORT: String(port), MYSQL_USER: "app", MYSQL_TLS: isTls ? "yes" : "" }),
  mysql2: (port, isTls) => ({ MYSQL_URL: `mysql://app:secret@127.0.0.1:${port}/shop`, MYSQL_TLS: isTls ? "yes" : "" }),
};

const commands: Readonly<Record<string, () => Promise<string>>> = {
  "go-sql-driver": async () => goProgram("mysql-go/service"),
  PyMySQL: async () => `${await pythonWith(join(python, "requirements.txt"))} ${join(python, "service.py")}`,
  mysql2: async () => `node ${join(apps, "mysql-node/service.mjs")}`,
};

describe.each(Object.keys(commands))("%s", (driver) => {
  rootTest.each([
    ["caching_sha2_password", true],
    ["caching_sha2_password", false],
    ["sha256_password", true],
    ["sha256_password", false],
    ["mysql_clear_password", true],
  ])(
    "%s, over TLS: %p",
    async (plugin, isTls) => {
      using folder = new Folder();
      const service = await recordedService(folder, {
        command: `exec ${await commands[driver]?.()}`,
        env: ({ port }) => env[driver]?.(port, isTls) ?? {},
        isTls,
        plugin,
        paths,
        concurrent: Array.from({ length: 10 }, (_, n) => `/slow/${n}`),
      });
      expectGreen(await service.replay(), service.count);
    },
    LIMIT_MS,
  );
});
