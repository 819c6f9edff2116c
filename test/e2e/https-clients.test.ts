/** HTTPS clients of ten languages, each recorded with a server that the system trusts, and replayed with it stopped. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostNames } from "../support/certificates.ts";
import { services } from "../support/https-services.ts";
import { expectGreen, recordHttps, replayHttps, usersFolder } from "../support/https-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { type Asked, companyAddress, TlsHost } from "../support/tls-host.ts";

const order = { method: "POST", body: JSON.stringify({ id: 1, lines: [{ sku: "tea" }] }) };

/** By name, by a name that a wildcard covers, and by address; answers of every framing. */
const requests = (client: string): readonly Asked[] => [
  ...["/count", "/count", "/item?id=1&of=x", "/chunked", "/gzip", "/gone", "/close", "/large"].map((path) => ({
    path: `/${client}${path}`,
  })),
  { path: `/${client}/order`, ...order },
  { path: `/${client}/name`, headers: { "x-api": `https://${hostNames.wildcard}` } },
  { path: `/${client}/address`, headers: { "x-api": `https://${companyAddress}` } },
  { path: `/${client}/count` },
];

let host: TlsHost;
beforeAll(async () => {
  if (process.getuid?.() === 0) host = await TlsHost.start();
}, 60_000);
afterAll(async () => await host?.[Symbol.asyncDispose]());

describe.each(services.map((service) => [service.language, service] as const))("a service in %s", (_, service) => {
  rootTest(
    "answers as it does alone while it is recorded, and from its recording with the server stopped",
    async () => {
      using folder = usersFolder();
      const asked = service.clients.flatMap(requests);
      const recorded = await (async () => {
        await using _api = await host.startApi();
        return await recordHttps(host, folder.path, await service.make(), asked);
      })();
      const wrong = recorded.answers.filter(({ status }) => status !== 200);
      expect(wrong).toEqual([]);
      // Each answer counts those before it: no call was lost, doubled or answered by another's answer.
      const counted = recorded.answers.map(({ text }) => Number(/"asked":(\d+)/.exec(text)?.[1]));
      expect(counted).toEqual(asked.map((_request, index) => index));

      const mocks = readFileSync(join(folder.path, "reprise/test-set-0/mocks.yaml"), "utf8");
      expect([...new Set(mocks.match(/^kind: .*/gm))]).toEqual(["kind: Http"]);
      expect([...new Set(mocks.match(/^ +tls: .*/gm))].map((line) => line.trim())).toEqual(["tls: true"]);
      expectGreen(await replayHttps(recorded), asked.length, asked.length);
    },
  );
});

const many = services.filter(({ language }) => ["Go", "Node", "Python", "Java"].includes(language));

rootTest.each(many.map((service) => [service.language, service] as const))(
  "a service in %s is recorded with forty requests in flight, and replayed",
  async (_language, service) => {
    using folder = usersFolder();
    const [client = ""] = service.clients;
    const asked = Array.from({ length: 40 }, (_each, id) => ({ path: `/${client}/item?id=${id}` }));
    const recorded = await (async () => {
      await using _api = await host.startApi();
      return await recordHttps(host, folder.path, await service.make(), asked, { how: "at-once" });
    })();
    const paths = recorded.answers.map(({ text }) => /"path":"([^"]+)"/.exec(text)?.[1]);
    expect(paths).toEqual(asked.map(({ path }) => path.replace(`/${client}`, "")));
    expectGreen(await replayHttps(recorded), asked.length, asked.length);
  },
);
