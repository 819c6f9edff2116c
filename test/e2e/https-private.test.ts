/** What a flag is needed for: a file of roots that only the program knows, and a server that asks for a certificate. */
import { afterAll, beforeAll, expect } from "bun:test";
import { goProgram } from "../support/apps.ts";
import { hostNames } from "../support/certificates.ts";
import { alone, expectGreen, recordHttps, replayHttps, usersFolder } from "../support/https-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { there, TlsHost } from "../support/tls-host.ts";

const certificate = `${hostNames.mutual}=/srv/client.pem,/srv/client.key`;

const cases = [
  ["private", hostNames.stranger, ["--trust", "/srv/company-roots.pem"], "--trust"],
  ["mutual", hostNames.mutual, ["--client-cert", certificate], "--client-cert"],
] as const;

let host: TlsHost;
beforeAll(async () => {
  if (process.getuid?.() === 0) host = await TlsHost.start();
}, 60_000);
afterAll(async () => await host?.[Symbol.asyncDispose]());

const made = () => ({ command: `exec ${there(goProgram("https-go"))}`, env: { COMPANY: "company" } });

const asked = (client: string, name: string) =>
  ["/count", "/item?id=1", "/count", "/count"].map((path) => ({
    path: `/${client}${path}`,
    headers: { "x-api": `https://${name}` },
  }));

rootTest.each(cases)("a client of the kind %s is recorded with its flag, and replayed", async (client, name, words) => {
  using folder = usersFolder();
  const app = made();
  const requests = asked(client, name);
  const recorded = await (async () => {
    await using _api = await host.startApi();
    return await recordHttps(host, folder.path, app, requests, { words });
  })();
  expect(recorded.answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expectGreen(await replayHttps(recorded, {}, client === "private" ? words : []), requests.length, requests.length);
});

rootTest.each(cases)(
  "a client of the kind %s goes on without its flag, which is named",
  async (client, name, _words, flag) => {
    using folder = usersFolder();
    await using _api = await host.startApi();
    const app = made();
    const requests = asked(client, name);
    expect((await alone(host, app, requests)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { answers, ended } = await recordHttps(host, folder.path, app, requests);
    // That the program trusts a file which nobody named is only known by its first refusal.
    const first = client === "private" ? expect.any(Number) : 200;
    expect(answers.map(({ status }) => status)).toEqual([first, 200, 200, 200]);
    // A file of roots may be found without being told of; who is read needs no advice.
    const said = `${ended.stdout}${ended.stderr}`;
    const isRead = said.includes(`${requests.length} tests, ${requests.length} mocks`);
    expect([isRead || said.includes(name), isRead || said.includes(flag)], said).toEqual([true, true]);
  },
);
