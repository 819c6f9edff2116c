/** A Python service with MongoDB behind it, by PyMongo: recorded with the server up, replayed without it. */
import { describe } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { expectCaught, expectSound, expectWriteCaught, recordedService } from "../support/mongodb-turn.ts";
import { pythonWith } from "../support/python-venv.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

describe("a service by PyMongo", () => {
  const service = recordedOnce(async (folder) => {
    const python = await pythonWith(join(apps, "mongodb-python/requirements.txt"));
    return await recordedService(folder, `exec ${python} ${join(apps, "mongodb-python/service.py")}`);
  });

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

  rootTest("replays green by a pool of another size", async () =>
    expectGreen(await service().replay({ POOL_SIZE: "30" }), service().count),
  );

  rootTest("is caught", async () => await expectCaught(service()));

  rootTest("is caught by what it writes", async () => await expectWriteCaught(service()));
});
