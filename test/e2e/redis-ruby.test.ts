/** A Ruby service with Redis behind it, by the redis gem and a connection pool: recorded, and replayed without the server. */
import { afterAll, beforeAll, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import {
  expectCaught,
  expectGreen,
  expectSound,
  recordedService,
  type RecordedService,
} from "../support/redis-turn.ts";
import { rootTest } from "../support/root-test.ts";

setDefaultTimeout(60_000);

const folder = new Folder();
let service: RecordedService;

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  service = await recordedService(folder, `exec ruby ${join(apps, "redis-ruby/service.rb")}`);
}, 120_000);

afterAll(() => folder[Symbol.dispose]());

rootTest("records what its clients saw", () => expectSound(service));

rootTest("replays green", async () => expectGreen(await service.replay(), service.count));

rootTest("is caught", async () => await expectCaught(service, { "another id": ["words[1]: item:7 -> item:8"] }));
