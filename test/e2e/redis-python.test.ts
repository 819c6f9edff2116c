/** A Python service with Redis behind it, by redis-py with hiredis and without: recorded, and replayed without the server. */
import { describe, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { pythonWith } from "../support/python-venv.ts";
import { expectCaught, expectSound, recordedService } from "../support/redis-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

setDefaultTimeout(60_000);

describe.each([
  ["hiredis", "2"],
  ["python", "3"],
])("a service by redis-py with the parser %s in RESP%s", (parser, version) => {
  const service = recordedOnce(async (folder) => {
    const python = await pythonWith(join(apps, "redis-python/requirements.txt"));
    const command = `exec ${python} ${join(apps, "redis-python/service.py")}`;
    return await recordedService(folder, command, { env: { PARSER: parser, PROTOCOL: version } });
  });

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

  rootTest("replays green by a pool of another size", async () =>
    expectGreen(await service().replay({ POOL_SIZE: "20" }), service().count),
  );

  rootTest("is caught", async () => await expectCaught(service(), { "another id": ["words[1]: item:7 -> item:8"] }));
});
