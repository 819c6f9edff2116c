/** A Python service with Redis behind it, by redis-py with hiredis and without: recorded, and replayed without the server. */
import { afterAll, beforeAll, describe, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { pythonWith } from "../support/python-venv.ts";
import {
  expectCaught,
  expectGreen,
  expectSound,
  recordedService,
  type RecordedService,
} from "../support/redis-turn.ts";
import { rootTest } from "../support/root-test.ts";

setDefaultTimeout(60_000);

describe.each([
  ["hiredis", "2"],
  ["python", "3"],
])("a service by redis-py with the parser %s in RESP%s", (parser, version) => {
  const folder = new Folder();
  let service: RecordedService;

  beforeAll(async () => {
    if (process.getuid?.() !== 0) return;
    const python = await pythonWith(join(apps, "redis-python/requirements.txt"));
    const command = `exec ${python} ${join(apps, "redis-python/service.py")}`;
    service = await recordedService(folder, command, { env: { PARSER: parser, PROTOCOL: version } });
  }, 120_000);

  afterAll(() => folder[Symbol.dispose]());

  rootTest("records what its clients saw", () => expectSound(service));

  rootTest("replays green", async () => expectGreen(await service.replay(), service.count));

  rootTest("replays green by a pool of another size", async () =>
    expectGreen(await service.replay({ POOL_SIZE: "20" }), service.count),
  );

  rootTest("is caught", async () => await expectCaught(service, { "another id": ["words[1]: item:7 -> item:8"] }));
});
