/** Services with a MySQL 8 behind them that is no MariaDB: go-mysql-server, which lets in over TLS by caching_sha2_password. */
import { describe, expect } from "bun:test";
import { join } from "node:path";
import { apps, goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { expectCaught, recordedService } from "../support/mysql-turn.ts";
import { startMysql8 } from "../support/mysql8-server.ts";
import { pythonWith } from "../support/python-venv.ts";
import { rootTest } from "../support/root-test.ts";
import { answered, expectGreen } from "../support/service-turn.ts";

const LIMIT_MS = 400_000;
const schema = `
CREATE TABLE items (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50), price DECIMAL(10,2))
INSERT INTO items (name, price) VALUES ${Array.from({ length: 10 }, (_, n) => `('item ${n + 1}', ${n}.5)`).join(", ")}
CREATE TABLE visits (n INT)
INSERT INTO visits VALUES (0)`;
const paths = [
  "/items/1",
  "/items/2",
  "/items/7",
  "/items/7",
  "/visits",
  "/visits",
  "/insert/tea",
  "/failure",
  "/echo",
];
const python = join(apps, "mysql-python");

const services: Readonly<
  Record<
    string,
    readonly [command: () => Promise<string>, url: (port: number) => Readonly<Record<string, string>>, differs: string]
  >
> = {
  "go-sql-driver": [
    async () => goProgram("mysql-go/service"),
    (port) => ({ MYSQL_DSN: `app:secret@tcp(127.0.0.1:${port})/shop?tls=skip-verify` }),
    "parameters[0]: 7 -> 8",
  ],
  PyMySQL: [
    async () => `${await pythonWith(join(python, "requirements.txt"))} ${join(python, "service.py")}`,
    (port) => ({ MYSQL_PORT: String(port), MYSQL_USER: "app", MYSQL_TLS: "yes" }),
    "values[0]: 7 -> 8",
  ],
  mysql2: [
    async () => `node ${join(apps, "mysql-node/service.mjs")}`,
    (port) => ({ MYSQL_URL: `mysql://app:secret@127.0.0.1:${port}/shop`, MYSQL_TLS: "yes", ASKS: "execute" }),
    "parameters[0]: 7 -> 8",
  ],
};

describe.each(Object.entries(services))("a service by %s", (_driver, [command, url, differs]) => {
  rootTest(
    "is recorded, replayed green and caught when it asks something else",
    async () => {
      using folder = new Folder();
      const service = await recordedService(folder, {
        command: `exec ${await command()}`,
        env: ({ port }) => url(port),
        server: (tls) => startMysql8(tls, schema),
        paths,
      });
      expect(answered(service)).toMatchObject({
        "/items/7": [
          [200, expect.objectContaining({ name: "item 7" })],
          [200, expect.anything()],
        ],
        "/visits": [1, 2].map((n) => [200, { n }]),
        "/failure": [[200, { code: 1146 }]],
      });
      expectGreen(await service.replay(), service.count);
      await expectCaught(service, { "another id": [differs] });
    },
    LIMIT_MS,
  );
});
