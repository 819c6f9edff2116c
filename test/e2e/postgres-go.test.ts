/** Go services with PostgreSQL behind them, by pgx and by lib/pq: recorded with the server up, replayed with it stopped. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import {
  changes,
  expectCaught,
  expectGreen,
  expectSound,
  recordedService,
  type RecordedService,
} from "../support/postgres-service.ts";
import { rootTest } from "../support/root-test.ts";

const extra = [
  { method: "GET", path: "/listen?say=hello" },
  { method: "GET", path: "/listen?say=again" },
  { method: "GET", path: "/bulk?mb=3" },
  { method: "GET", path: "/rest?ms=1200" },
] as const;

describe.each(["pgx", "pq"] as const)("a service by %s", (driver) => {
  const folder = new Folder();
  let service: RecordedService;

  beforeAll(async () => {
    const program = goProgram(`pg-go/${driver}`);
    const more = driver === "pgx" ? [{ method: "GET", path: "/bound" } as const] : [];
    service = await recordedService(folder, () => ({ command: `exec ${program}` }), { extra: [...extra, ...more] });
  }, 120_000);

  afterAll(() => folder[Symbol.dispose]());

  rootTest("records what its clients saw", () => expectSound(service));

  rootTest("replays green", async () => expectGreen(await service.replay(), service.count));
});
