/** A Go service with MongoDB behind it, by both majors of the driver: recorded with the server up, replayed without it. */
import { describe } from "bun:test";
import { goProgram } from "../support/apps.ts";
import { expectCaught, expectSound, expectWriteCaught, recordedService } from "../support/mongodb-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

describe.each(["v1", "v2"])("a service by the Go driver %s", (version) => {
  const service = recordedOnce((folder) => recordedService(folder, `exec ${goProgram(`mongodb-go/${version}`)}`));

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

  rootTest("replays green by a pool of another size", async () =>
    expectGreen(await service().replay({ POOL_SIZE: "30" }), service().count),
  );

  rootTest("is caught", async () => await expectCaught(service()));

  rootTest("is caught by what it writes", async () => await expectWriteCaught(service()));
});
