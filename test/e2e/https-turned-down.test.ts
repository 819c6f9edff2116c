/** Servers that turn handshakes down, and one that is named by its common name alone: under record and in replay as alone. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { hostNames } from "../support/certificates.ts";
import { services } from "../support/https-services.ts";
import { alone, expectGreen, recordHttps, replayHttps, usersFolder } from "../support/https-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { type Asked, TlsHost } from "../support/tls-host.ts";

let host: TlsHost;
beforeAll(async () => {
  if (process.getuid?.() === 0) host = await TlsHost.start();
}, 60_000);
afterAll(async () => await host?.[Symbol.asyncDispose]());

/** Others tell of an address in their memory with each such error. */
const languages = services.filter(({ language }) => ["Go", "Python", "curl", "Ruby", "Java", "PHP"].includes(language));

describe.each(languages.map((service) => [service.language, service] as const))("a service in %s", (_, service) => {
  rootTest("is turned down as it is alone", async () => {
    using folder = usersFolder();
    const app = await service.make();
    // OkHttp tells of the key that it was shown.
    const clients = service.clients.filter((client) => client !== "okhttp");
    const asked = clients.flatMap((client): Asked[] => [
      { path: `/${client}/a`, headers: { "x-api": `https://${hostNames.nobody}` } },
      { path: `/${client}/b`, headers: { "x-api": `https://${hostNames.commonName}` } },
    ]);
    const recorded = await (async () => {
      await using _api = await host.startApi();
      const before = await alone(host, app, asked);
      expect(before.filter((_answer, index) => index % 2 === 0).map(({ status }) => status)).toEqual(
        clients.map(() => 502),
      );
      const made = await recordHttps(host, folder.path, app, asked);
      expect(made.answers.map(({ status }) => status)).toEqual(before.map(({ status }) => status));
      return made;
    })();
    const served = recorded.answers.filter(({ status }) => status === 200);
    expectGreen(await replayHttps(recorded), asked.length, served.length);
  });
});
