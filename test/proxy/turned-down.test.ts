/** Servers that turn a handshake down (openssl's, node's), recorded and played again to curl and openssl as clients. */
import { afterAll, expect, test } from "bun:test";
import { startProxy } from "../../src/proxy/listener.ts";
import { FirstWord, turnedDownIn, turnedDownSentence } from "../../src/proxy/turned-down.ts";
import { fallback, protocols } from "../../src/protocols/index.ts";
import { forwarded, forwardFolder, ServerProcess } from "../support/forwarded.ts";
import { quietProxy } from "../support/stub-sessions.ts";
import { run } from "../support/tls-ends.ts";
import { tlsOptions } from "../support/tls-options.ts";

const folder = forwardFolder();
afterAll(() => folder[Symbol.dispose]());

const server = (script: string): ServerProcess =>
  new ServerProcess(
    folder.path,
    "node",
    "-e",
    `const { readFileSync } = require("fs");
    const files = { cert: readFileSync("real.pem"), key: readFileSync("real-key.pem") };
    ${script}.listen(0, "127.0.0.1", function () { console.log(this.address().port); });`,
  );

const tls = (options: string): string => `require("tls").createServer({ ...files, ${options} }, (one) => one.end())`;

/** Each with how the client asks, and how it is turned down. */
const cases = [
  ["knows other versions", tls(`minVersion: "TLSv1.3"`), ["--tls-max", "1.2"], "sends the alert protocol_version"],
  ["knows other ciphers", tls(`maxVersion: "TLSv1.2", ciphers: "AES128-SHA256"`), ["--tls-max", "1.2"], "sends the alert handshake_failure"], // prettier-ignore
  ["resets", `require("net").createServer((one) => one.once("data", () => one.resetAndDestroy()))`, [], "resets the connection"], // prettier-ignore
  ["leaves", `require("net").createServer((one) => one.once("data", () => one.end()))`, [], "closes the connection"],
] as const;

test.each(cases)("a server that %s does so under record and in replay", async (_, script, words, how) => {
  using real = server(script);
  const port = await real.port;
  const ask = async (at: number): Promise<string> => {
    const to = ["--connect-to", `shop.example:443:127.0.0.1:${at}`];
    return await run(folder.path, "curl", "-sS", "--max-time", "20", "--cacert", "both.pem", ...words, ...to, "https://shop.example/"); // prettier-ignore
  };
  folder.write("both.pem", `${await Bun.file(folder.at("ca.pem")).text()}${await Bun.file(folder.at("real-ca.pem")).text()}`); // prettier-ignore
  const alone = await ask(port);
  expect(alone).toMatch(/^curl: \((?:35|56)\)/);
  await using seen = await forwarded(port);
  expect(await ask(seen.port)).toBe(alone);
  const [connection] = seen.connections;
  await connection?.closed.promise;
  const sentence = `TLS: the server turns the app's handshake down: it ${how}`;
  expect(connection?.unread).toEqual([sentence]);

  const unread: string[] = [];
  await using replay = await startProxy({
    ...quietProxy,
    protocols,
    fallback,
    originOf: () => ({ address: "192.0.2.7", port: 443 }),
    refusedFor: (host, at) => (host === "shop.example" && at === 443 ? sentence : null),
    tls: tlsOptions(),
    onUnread: (reason) => unread.push(reason),
  });
  expect(await ask(replay.ports.port4)).toBe(alone);
  expect(unread).toEqual([]);
});

test("one that refuses us alone is told of as that, and the app's connection goes on", async () => {
  using real = server(
    `let asked = 0; const served = ${tls("")}; require("net").createServer((one) => asked++ === 0 ? one.once("data", () => one.resetAndDestroy()) : served.emit("connection", one))`,
  );
  await using seen = await forwarded(await real.port);
  const words = ["-connect", `127.0.0.1:${seen.port}`, "-servername", "shop.example", "-CAfile", "real-ca.pem"];
  expect(await run(folder.path, "openssl", "s_client", ...words)).toContain("Verify return code: 0 (ok)");
  const [connection] = seen.connections;
  await connection?.closed.promise;
  expect(connection?.unread).toEqual([
    "TLS: the server did not answer Reprise as it may the app: reset the connection",
  ]);
});

test("sentences are read as they were written, wherever they stand", () => {
  for (const how of [
    { by: "alert", alert: "alert 200" },
    { by: "alert", alert: "unrecognized_name" },
    { by: "close" },
    { by: "reset" },
  ] as const) {
    expect(turnedDownIn(`TLS; ${turnedDownSentence(how)}; TLS (shop.example)`)).toEqual(how);
  }
  expect(turnedDownIn("TLS (shop.example)")).toBeNull();
});

test("what a server says first is known with the first record, also byte by byte", () => {
  const word = new FirstWord();
  const bytes = [0x15, 3, 3, 0, 2, 2, 70].map((byte) => word.heard(Uint8Array.of(byte)));
  expect(bytes).toEqual([null, null, null, null, null, null, { by: "alert", alert: "protocol_version" }]);
  expect(new FirstWord().heard(Uint8Array.of(0x16))).toBe("answered");
  expect([new FirstWord().left(true), new FirstWord().left(false)]).toEqual([{ by: "reset" }, { by: "close" }]);
});
