/** A Python service with MariaDB behind it, by PyMySQL: replayed with the server stopped. */
import { afterAll, beforeAll, describe } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import {
  expectCaught,
  expectGreen,
  expectSound,
  recordedService,
  type RecordedService,
} from "../support/mysql-turn.ts";
import { pythonWith } from "../support/python-venv.ts";
import { rootTest } from "../support/root-test.ts";
import { selfSigned } from "../support/self-signed.ts";

const LIMIT_MS = 60_000;
const own = join(apps, "mysql-python");

describe.each([["app", "app", ""]])("a service by PyMySQL as %s", (_name, user, tls) => {
  const folder = new Folder();
  let service: RecordedService;

  beforeAll(async () => {
    if (process.getuid?.() !== 0) return;
    const { certificate, key } = selfSigned(folder, "rsa");
    service = await recordedService(folder, {
      command: `exec ${await pythonWith(join(own, "requirements.txt"))} ${join(own, "service.py")}`,
      env: ({ port }) => ({ MYSQL_PORT: String(port), MYSQL_USER: user, MYSQL_TLS: tls }),
      tls: tls === "" ? null : { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") },
    });
  }, 240_000);

  afterAll(() => folder[Symbol.dispose]());

  rootTest("records what its clients saw", () => expectSound(service));

  rootTest("replays green", async () => expectGreen(await service.replay(), service.count), LIMIT_MS);

  rootTest(
    "is caught when it asks something else",
    async () => await expectCaught(service, { "another id": ["values[0]: 7 -> 8"] }),
    LIMIT_MS,
  );
});
