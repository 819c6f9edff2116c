/** HTTPS through a company's CONNECT proxy that asks for a password: recorded as the requests inside, replayed without it. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Folder } from "../support/folder.ts";
import { services } from "../support/https-services.ts";
import { expectGreen, recordHttps, replayHttps, usersFolder } from "../support/https-turn.ts";
import { Running } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";
import { companyAddress, TlsHost } from "../support/tls-host.ts";

/** Languages with a client that goes by the proxy of its environment. */
const throughProxy = [
  ["curl", ["curl"]],
  ["Python", ["requests", "httpx", "urllib", "aiohttp"]],
  ["Go", ["net-http"]],
  ["Node", ["undici"]],
  ["Bun", ["bun-fetch"]],
  ["Ruby", ["net-http", "faraday"]],
  ["PHP", ["curl"]],
  ["Rust", ["native-tls", "native-roots"]],
] as const;

const settings = (folder: Folder) => `
Port 3128
Listen ${companyAddress}
BasicAuth ann secret
ConnectPort 443
LogFile "${folder.at("log")}"
LogLevel Connect
MaxClients 100
`;

let host: TlsHost;
beforeAll(async () => {
  if (process.getuid?.() === 0) host = await TlsHost.start();
}, 60_000);
afterAll(async () => await host?.[Symbol.asyncDispose]());

describe.each(throughProxy)("%s through a proxy", (language, clients) => {
  rootTest("is recorded as the requests inside, and replayed without proxy and server", async () => {
    using folder = usersFolder();
    using proxyFolder = new Folder();
    const proxy = "http://ann:secret@proxy.reprise.test:3128";
    const service = services.find((each) => each.language === language);
    if (service === undefined) throw new Error(`there is no service in ${language}`);
    const made = await service.make();
    const app = { ...made, env: { ...made.env, HTTPS_PROXY: proxy, https_proxy: proxy, http_proxy: proxy } };
    const asked = clients.flatMap((client) => ["/count", "/count", "/item?id=2"].map((path) => ({ path: `/${client}${path}` }))); // prettier-ignore
    const recorded = await (async () => {
      await using _api = await host.startApi();
      const words = ["tinyproxy", "-d", "-c", proxyFolder.write("settings", settings(proxyFolder))];
      await using tinyproxy = new Running(words, { within: host.enter });
      await proxyFolder.appears("log");
      expect(tinyproxy.said("stderr")).toBe("");
      return await recordHttps(host, folder.path, app, asked);
    })();
    expect(recorded.answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(readFileSync(proxyFolder.at("log"), "utf8")).toContain("CONNECT api.reprise.test:443");

    const mocks = readFileSync(join(folder.path, "reprise/test-set-0/mocks.yaml"), "utf8");
    expect([...new Set(mocks.match(/^kind: .*/gm))]).toEqual(["kind: Http"]);
    expect(mocks).not.toContain("CONNECT");
    expect(mocks).not.toContain(btoa("ann:secret"));
    expectGreen(await replayHttps(recorded), asked.length, asked.length);
    // Nor need the app be told of a proxy again.
    const direct = { HTTPS_PROXY: "", https_proxy: "", http_proxy: "" };
    expectGreen(await replayHttps(recorded, direct), asked.length, asked.length);
  });
});
