/** A Node service with PostgreSQL behind it, by pg's Pool: recorded with the server up, replayed with it stopped. */
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import {
  changes,
  expectCaught,
  expectEdited,
  expectGreen,
  expectSound,
  recordedService,
  type ServiceRequest,
} from "../support/postgres-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";

const get = (path: string): ServiceRequest => ({ method: "GET", path });
const command = `exec node ${join(apps, "pg-node/service.mjs")}`;

/** How large a result is: 64 MB unless told. */
const megabytes = process.env["TEST_RESULT_MB"] ?? "64";

const misc = "savepoint several-fails half-rows empty large session notice ddl multi-values unnamed-twice queued";
const extra = [
  get("/listen?say=hello"),
  get("/listen?say=again"),
  get("/bulk?mb=1"),
  get(`/bulk?mb=${megabytes}`),
  get("/rest?ms=1200"),
  get("/several"),
  get("/arrays"),
  ...misc.split(" ").map((name) => get(`/misc/${name}`)),
];

const service = recordedOnce((folder) => recordedService(folder, () => ({ command }), { extra }));

rootTest("records what its clients saw", () => expectSound(service()));

rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

rootTest("replays green by a small pool that never rests", async () =>
  expectGreen(await service().replay({ POOL_SIZE: "2", REST_MS: "1" }), service().count),
);

rootTest("replays green by a large pool that drops its connections at once", async () =>
  expectGreen(await service().replay({ POOL_SIZE: "16", IDLE_MS: "1" }), service().count),
);

for (const test of ["get-items-by-id-9", "get-visits-3", "post-transfers-2", "get-failures-transaction-1"]) {
  rootTest(`replays ${test} alone`, async () => expectGreen(await service().replay({}, ["--test-case", test]), 1));
}

rootTest("shows what was edited", async () => await expectEdited(service()));

for (const change of changes) rootTest(`is caught: ${change}`, async () => await expectCaught(service(), change));

rootTest("a pool of one, each connection used once, is recorded as any", async () => {
  using other = new Folder();
  const once = await recordedService(other, () => ({ command, env: { MAX_USES: "1" } }), { poolSize: 1 });
  expectSound(once);
  expectGreen(await once.replay({ MAX_USES: "1000", POOL_SIZE: "8" }), once.count);
});
