/** Clients that take no other certificate than their server's: left alone, and named with the reason. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostNames } from "../support/certificates.ts";
import { unyielding } from "../support/https-services.ts";
import { alone, recordHttps, replayHttps, usersFolder } from "../support/https-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { TlsHost } from "../support/tls-host.ts";

const languages = unyielding("", "", "").map(({ language }) => language);

let host: TlsHost;
beforeAll(async () => {
  if (process.getuid?.() === 0) host = await TlsHost.start();
}, 60_000);
afterAll(async () => await host?.[Symbol.asyncDispose]());

describe.each(languages)("a client in %s", (language) => {
  rootTest("goes on under record, and is named with its host and the reason", async () => {
    using folder = usersFolder();
    await using _api = await host.startApi();
    const file = `${hostNames.pinned}.pem`;
    const pin = host.certificates.says(file, "-fingerprint", "-sha256").replace(/^.*=/, "").replaceAll(":", "").toLowerCase(); // prettier-ignore
    const { publicKey } = new X509Certificate(readFileSync(host.certificates.folder.at(file)));
    const keyPin = createHash("sha256")
      .update(publicKey.export({ type: "spki", format: "der" }))
      .digest("base64");
    const root = readFileSync(host.certificates.root, "utf8");
    const service = unyielding(root, pin, keyPin).find((each) => each.language === language);
    if (service === undefined) throw new Error(`there is no ${language}`);
    const [client = ""] = service.clients;
    const asked = Array.from({ length: 4 }, () => ({
      path: `/${client}/count`,
      headers: { "x-api": `https://${hostNames.pinned}` },
    }));
    const app = await service.make();
    expect((await alone(host, app, asked)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const recorded = await recordHttps(host, folder.path, app, asked);
    const { answers, ended } = recorded;
    // What a program knows is seen before anything is said to it in the server's name.
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const reason = language.includes("pinned") ? "pinned certificate \\(found in the program" : "compiled into it";
    const named = (verb: string) =>
      new RegExp(`${verb} to ${hostNames.pinned}:443:?( not recorded:)? TLS: .*${reason}`);
    expect(`${ended.stdout}${ended.stderr}`).toMatch(named("connections?"));
    // Nobody can answer it in the server's place.
    const { code, stdout, stderr } = await replayHttps(recorded);
    expect([code, `${stdout}${stderr}`]).toEqual([
      1,
      expect.stringMatching(named("lacks (a connection|\\d+ connections)")),
    ]);
  });
});
