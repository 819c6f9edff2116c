/** Servers with certificates that no client should take: who verifies fails as alone, again in replay; who does not is recorded. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout } from "bun:test";
import { hostNames } from "../support/certificates.ts";
import { services } from "../support/https-services.ts";
import type { Tested } from "../support/reprise.ts";
import { alone, expectGreen, recordHttps, replayHttps, usersFolder } from "../support/https-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { type Asked, TlsHost } from "../support/tls-host.ts";

const faults = ["expired", "selfSigned", "wrongName", "stranger"] as const;

const from = (fault: (typeof faults)[number], more: Record<string, string> = {}) => ({
  headers: { "x-api": `https://${hostNames[fault]}`, ...more },
});

/** What a client says is wrong, as far as clients tell it apart. */
const kinds: readonly (readonly [kind: string, words: RegExp])[] = [
  ["expired", /expired|validity check failed/i],
  ["name", /altname|hostname (mismatch|verification)|is valid for|no alternative|did not match|alternative DNS|not verified:|valid for name/i], // prettier-ignore
  ["issuer", /unknown authority|self[- ]signed|local issuer|first certificate|UnknownIssuer|valid certification path/i],
  ["verification", /certificate verify failed|remote certificate is invalid/i],
];

const kindOf = (text: string): string => kinds.find(([, words]) => words.test(text))?.[0] ?? text;

setDefaultTimeout(60_000);

/** What was told otherwise, but for the time of day and the server's key, which are others in each run. */
const told = ({ testSets }: Tested["report"]) => {
  const lasting = (text: unknown) => String(text).replaceAll(/sha256\/\S+|\d\d:\d\d:\d\dZ/g, "");
  const all = testSets.flatMap(({ tests }) => tests).flatMap(({ differences }) => differences);
  return all.filter(({ expected, actual }) => lasting(expected) !== lasting(actual));
};

let host: TlsHost;
beforeAll(async () => {
  if (process.getuid?.() === 0) host = await TlsHost.start();
}, 60_000);
afterAll(async () => await host?.[Symbol.asyncDispose]());

describe.each(services.map((service) => [service.language, service] as const))("a service in %s", (_, service) => {
  rootTest("fails as alone where its client verifies, and in replay as well", async () => {
    using folder = usersFolder();
    const app = await service.make();
    const asked = service.clients.flatMap((client) => faults.map((fault): Asked => ({ path: `/${client}/${fault}`, ...from(fault) }))); // prettier-ignore
    const seen = (answers: readonly { status: number; text: string }[]) =>
      answers.map(({ status, text }, index) => [asked[index]?.path, status, kindOf(text)]);
    const recorded = await (async () => {
      await using _api = await host.startApi();
      const before = seen(await alone(host, app, asked));
      expect(before.filter(([, status]) => status !== 502)).toEqual([]);
      const made = await recordHttps(host, folder.path, app, asked);
      expect(seen(made.answers)).toEqual(before);
      return made;
    })();
    const { report, stdout } = await replayHttps(recorded);
    expect([report.totals.tests, report.mocks.missed, told(report)], stdout).toEqual([asked.length, 0, []]);
  });

  rootTest("is recorded and replayed where its client does not verify", async () => {
    using folder = usersFolder();
    const asked = service.insecure.flatMap((client) => faults.map((fault): Asked => ({ path: `/${client}/${fault}`, ...from(fault, { "x-insecure": "yes" }) }))); // prettier-ignore
    const recorded = await (async () => {
      await using _api = await host.startApi();
      return await recordHttps(host, folder.path, await service.make(), asked);
    })();
    expect(recorded.answers.filter(({ status }) => status !== 200)).toEqual([]);
    expectGreen(await replayHttps(recorded), asked.length, asked.length);
  });
});

rootTest("the server's key, as OkHttp tells it with a refusal, is learned to be another each time", async () => {
  using folder = usersFolder();
  const service = services.find(({ language }) => language === "Java");
  const app = (await service?.make()) ?? { command: "" };
  const asked = [{ path: "/okhttp/wrongName", ...from("wrongName") }];
  const recorded = await (async () => {
    await using _api = await host.startApi();
    return await recordHttps(host, folder.path, app, asked, { denoise: true });
  })();
  expect(recorded.answers.map(({ text }) => kindOf(text))).toEqual(["name"]);
  expectGreen(await replayHttps(recorded), 1, 0);
});

/** Runtimes with roots compiled in, without the variables that add the system's. */
const ownRoots = services.filter(({ language }) => ["Bun", "Node", "Python"].includes(language));

rootTest.each(ownRoots.map((service) => [service.language, service] as const))(
  "a client in %s that is told of no roots trusts whom it trusts alone",
  async (_language, service) => {
    using folder = usersFolder();
    await using _api = await host.startApi();
    const { command, env } = await service.make();
    const ours = ["NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "HTTPX_ROOTS"];
    const app = {
      command,
      env: Object.fromEntries(Object.entries(env ?? {}).filter(([name]) => !ours.includes(name))),
    };
    const asked = service.clients.map((client) => ({ path: `/${client}/count` }));
    const seen = (answers: readonly { status: number; text: string }[]) => answers.map(({ status, text }) => [status, status === 200 ? "" : kindOf(text)]); // prettier-ignore
    const before = seen(await alone(host, app, asked));
    expect(seen((await recordHttps(host, folder.path, app, asked)).answers)).toEqual(before);
  },
);
