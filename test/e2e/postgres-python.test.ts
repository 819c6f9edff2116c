/** Services in Python, each on a driver of its own, recorded with a real PostgreSQL and replayed without it. */
import { describe } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import {
  changes,
  expectCaught,
  expectGreen,
  expectSound,
  recordedService,
  type ServiceRequest,
} from "../support/postgres-turn.ts";
import { pythonWith } from "../support/python-venv.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";

const own = (name: string): ServiceRequest => ({ method: "GET", path: `/own/${name}` });

const drivers: readonly (readonly [driver: string, extra: readonly ServiceRequest[]])[] = [
  ["psycopg2", [own("prepared")]],
  ["psycopg3", [own("pipeline")]],
  ["asyncpg", [own("composite"), own("composite")]],
];

describe.each(drivers)("a service on %s", (driver, extra) => {
  const service = recordedOnce(async (folder) => {
    const python = await pythonWith(join(apps, "pg-python/requirements.txt"));
    const command = `exec ${python} ${join(apps, `pg-python/${driver}_shop.py`)}`;
    return await recordedService(folder, () => ({ command }), { extra });
  });

  rootTest("answers while it is recorded as its database says", () => expectSound(service()));

  rootTest("is green with the server stopped", async () => expectGreen(await service().replay(), service().count));

  rootTest("is green with other pools", async () => {
    for (const size of ["1", "2", "9"]) expectGreen(await service().replay({ POOL_SIZE: size }), service().count);
  });

  for (const change of changes) {
    rootTest(`is caught: ${change}`, async () => expectCaught(service(), change, { literal: driver === "psycopg2" }));
  }
});
