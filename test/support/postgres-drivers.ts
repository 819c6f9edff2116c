/** The PostgreSQL drivers of `test/apps`, each as the service that speaks by it, and what a recording by it holds. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apps, goProgram } from "./apps.ts";
import { classPath } from "./maven-jars.ts";
import type { RecordedService } from "./postgres-turn.ts";
import { pythonWith } from "./python-venv.ts";

/** How its service is started, and how it is told what stands behind the `?` of a connection string. */
export interface Driver {
  readonly command: () => Promise<string>;
  readonly env: (options: string) => Readonly<Record<string, string>>;
}

const python = async (file: string) => {
  const interpreter = await pythonWith(join(apps, "pg-python/requirements.txt"));
  return `exec ${interpreter} ${join(apps, "pg-python", file)}`;
};

const byOptions = (options: string) => ({ DATABASE_OPTIONS: options });

export const drivers = {
  pgx: { command: async () => `exec ${goProgram("pg-go/pgx")}`, env: byOptions },
  "lib/pq": { command: async () => `exec ${goProgram("pg-go/pq")}`, env: byOptions },
  pg: {
    command: async () => `exec node ${join(apps, "pg-node/service.mjs")}`,
    // Else it takes `require` for `verify-full`.
    env: (options) => byOptions(`uselibpqcompat=true&${options}`),
  },
  "psycopg 3": { command: async () => await python("psycopg3_shop.py"), env: byOptions },
  psycopg2: { command: async () => await python("psycopg2_shop.py"), env: byOptions },
  asyncpg: { command: async () => await python("asyncpg_shop.py"), env: byOptions },
  pgjdbc: {
    command: async () => `exec java -XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "pg-java"))}' Shop`,
    env: (options) => ({ JDBC_OPTIONS: `?${options}` }),
  },
} as const satisfies Readonly<Record<string, Driver>>;

/** How its connections were protected and its users authenticated, each answer once. */
export const keptOf = ({ folder }: RecordedService) => {
  const text = readFileSync(folder.at("reprise/test-set-0/mocks.yaml"), "utf8");
  const all = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, found]) => found))].toSorted();
  return {
    encryption: all(/^ +encryption: (\S+)/gm),
    authentication: all(/^ +authentication: (\S+)/gm),
    tls: all(/^ +tls: (\S+)/gm),
  };
};
