/** A Ruby service with Redis behind it, by the redis gem and a connection pool: recorded, and replayed without the server. */
import { setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { expectCaught, expectSound, recordedService } from "../support/redis-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

setDefaultTimeout(60_000);

const service = recordedOnce((folder) => recordedService(folder, `exec ruby ${join(apps, "redis-ruby/service.rb")}`));

rootTest("records what its clients saw", () => expectSound(service()));

rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

rootTest("is caught", async () => await expectCaught(service(), { "another id": ["words[1]: item:7 -> item:8"] }));
