/** HTTPS clients a year after they were recorded: what shows them a certificate agrees with the time in which they live. */
import { afterAll, beforeAll, expect } from "bun:test";
import { services } from "../support/https-services.ts";
import { expectGreen, recordHttps, replayHttps, usersFolder } from "../support/https-turn.ts";
import { moveRecording } from "../support/moved-recording.ts";
import { rootTest } from "../support/root-test.ts";
import { TlsHost } from "../support/tls-host.ts";

let host: TlsHost;
beforeAll(async () => {
  if (process.getuid?.() === 0) host = await TlsHost.start();
}, 60_000);
afterAll(async () => await host?.[Symbol.asyncDispose]());

const verifying = services.filter(({ language }) => ["Go", "Node", "Python", "Java"].includes(language));
const years = verifying.map((service) => [service.language, service.language === "Go" ? 1 : -5, service] as const);

rootTest.each(years)(
  "a service in %s replays green, moved by %d years",
  async (_language, by, service) => {
    using folder = usersFolder();
    const [client = ""] = service.clients;
    const asked = [{ path: `/${client}/count` }, { path: `/${client}/item?id=1&of=x` }];
    const recordedAt = Date.now();
    const recorded = await (async () => {
      await using _api = await host.startApi();
      return await recordHttps(host, folder.path, await service.make(), asked);
    })();
    moveRecording(folder.path, { byMs: by * 365 * 86_400_000, recordedAt, key: "" });
    expectGreen(await replayHttps(recorded), asked.length, asked.length);
    expect(recorded.answers.map(({ status }) => status)).toEqual([200, 200]);
  },
  120_000,
);
