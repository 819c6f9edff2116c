/** MariaDB with the Go service of test/apps before it: a hundred thousand rows of a thousand bytes, twice. */
import { goProgram } from "../support/apps.ts";
import { startMariaDb } from "../support/mariadb-server.ts";
import type { LargeCase } from "./large.ts";

export const largeMysql: LargeCase = {
  name: "MySQL, results of 100 MB",
  paths: ["/rows/100000", "/rows/100001"],
  // The program itself, and an answer as it comes, as one, and on its way to the disk; the second adds nothing.
  mostMegabytes: 500,
  start: async (_place, held) => {
    const server = held.use(await startMariaDb());
    return {
      name: largeMysql.name,
      command: `exec ${goProgram("mysql-go/service")}`,
      dependencyPort: server.port,
      env: (port, behind) => ({
        PORT: String(port),
        POOL_SIZE: "2",
        MYSQL_DSN: `app:secret@tcp(127.0.0.1:${behind})/shop`,
      }),
    };
  },
};
