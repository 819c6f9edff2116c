/** Node services whose Redis drivers send the commands of many requests over one connection, often in one go. */
import { expect, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { fallback, protocols } from "../../src/protocols/index.ts";
import { protocolsByKind } from "../../src/store/kinds.ts";
import { openTestSet } from "../../src/store/test-set-reader.ts";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { concurrent, recordedService } from "../support/redis-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

setDefaultTimeout(60_000);

const command = `exec node ${join(apps, "redis-node/service.mjs")}`;

/** The three calls of each request that name it, by how they are known, and those that are not mapped to it. */
function callsOf(folder: Folder): {
  readonly known: Readonly<Record<string, number>>;
  readonly wrong: readonly string[];
} {
  const all = [...protocols, fallback];
  const set = openTestSet(folder.at("reprise/test-set-0"), protocolsByKind(all));
  const idIn = (text: string) =>
    /slow[/:](\d+)|count:(\d+)/
      .exec(text)
      ?.slice(1)
      .find((id) => id !== undefined);
  const ids = new Map(set.tests.map(({ name, load }) => [name, idIn(JSON.stringify(load().spec))]));
  const mapped = new Map(
    set.mappings.flatMap(({ test, mocks }) => mocks.map(({ name, by }) => [name, { by, id: ids.get(test) }])),
  );
  const known: Record<string, number> = {};
  const wrong: string[] = [];
  for (const entry of set.mocks) {
    const { asked = "" } = all.find(({ name }) => name === entry.protocol)?.key(entry.load()) ?? {};
    const id = idIn(asked);
    if (id === undefined) continue;
    const { by = "nobody", id: owner } = mapped.get(entry.name) ?? {};
    known[by] = (known[by] ?? 0) + 1;
    if (owner !== id) wrong.push(`${asked} is ${by} of ${owner}`);
  }
  return { known, wrong };
}

rootTest.each([
  ["ioredis", { DRIVER: "ioredis" }],
  ["ioredis with automatic pipelines", { DRIVER: "ioredis", GATHERS: "1" }],
  ["node-redis", { DRIVER: "redis" }],
])("%s on one connection: every call is its request's, exactly, and replays green", async (_, env) => {
  using folder = new Folder();
  const service = await recordedService(folder, command, { env: { ...env, POOL_SIZE: "1" }, paths: ["/items/1"] });
  expect(callsOf(folder)).toEqual({ known: { exact: 3 * concurrent.length }, wrong: [] });
  expectGreen(await service.replay(), service.count);
});
