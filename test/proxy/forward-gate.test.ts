/** Recording through the proxy: real TLS servers (node, Python), real clients (curl, openssl, Python), the journal decoded. */
import { afterAll, expect, test } from "bun:test";
import { ForwardGate } from "../../src/proxy/forward-gate.ts";
import { startProxy } from "../../src/proxy/listener.ts";
import { type HttpSpec } from "../../src/protocols/http1/index.ts";
import { forwarded, forwardFolder, type Journaled, realAuthority, ServerProcess } from "../support/forwarded.ts";
import { helloOf } from "../support/client-hello.ts";
import { dial, serve } from "../support/loopback.ts";
import { selfSigned } from "../support/self-signed.ts";
import { quietProxy } from "../support/stub-sessions.ts";
import { run } from "../support/tls-ends.ts";
import { tlsOptions } from "../support/tls-options.ts";

const folder = forwardFolder();
afterAll(() => folder[Symbol.dispose]());

const https = (options = ""): ServerProcess =>
  new ServerProcess(
    folder.path,
    "node",
    "-e",
    `const { readFileSync } = require("fs");
    const files = { cert: readFileSync("real.pem"), key: readFileSync("real-key.pem") };
    const server = require("http2").createSecureServer({ ...files, allowHTTP1: true, ${options} }, (request, response) => {
      let length = 0;
      request.on("data", (bytes) => (length += bytes.length));
      request.on("end", () => {
        const { servername, alpnProtocol } = request.socket;
        response.end([request.url, servername, alpnProtocol, length].join(" ") + "x".repeat(Number(request.headers["x-more"] ?? 0)));
      });
    });
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));`,
  );

const curl = (cacert: string, ...words: string[]): Promise<string> =>
  run(folder.path, "curl", "-sS", "--max-time", "20", "--cacert", cacert, ...words);

const to = (port: number, host = "shop.example", outer = 443): string[] => [
  "--connect-to",
  `${host}:${outer}:127.0.0.1:${port}`,
];

const asked = ({ emitted }: Journaled): unknown[] =>
  emitted.map(({ exchange, peer }) => {
    const { request, response } = exchange.spec as HttpSpec;
    return [request.method, request.target, Buffer.from(response.body).toString(), peer.host, peer.port, peer.isTls];
  });

test("HTTPS is recorded as plain text, in the protocol that can be read, under the name that was asked for", async () => {
  using server = https();
  const port = await server.port;
  await using seen = await forwarded(port);
  expect(await curl("ca.pem", ...to(seen.port), "https://shop.example/a")).toBe("/a shop.example http/1.1 0");
  const [connection] = seen.connections;
  if (connection === undefined) throw new Error("nothing was journaled");
  await connection.closed.promise;
  expect(connection.notes).toEqual([{ host: "shop.example", isTls: true }]);
  expect(asked(connection)).toEqual([["GET", "/a", "/a shop.example http/1.1 0", "shop.example", port, true]]);
  expect([connection.unread, seen.clear, seen.refusals.all]).toEqual([[], [], []]);
  expect(seen.keyLog.some((line) => line.startsWith("CLIENT_"))).toBe(true);
});

test.each(["--tlsv1.3", "--tls-max 1.2"])("both ways large, over %s, without a server name", async (version) => {
  using server = https();
  await using seen = await forwarded(await server.port);
  const large = "x".repeat(3 << 20);
  folder.write("large.bin", large);
  const said = await curl(
    "ca.pem",
    ...version.split(" "),
    "-H",
    `X-More: ${5 << 20}`,
    "-H",
    "Expect:",
    "--data-binary",
    "@large.bin",
    `https://127.0.0.1:${seen.port}/b`,
  );
  expect(said.slice(0, 40)).toMatch(new RegExp(`^/b false http/1.1 ${3 << 20}x`));
  expect(said.length).toBeGreaterThan(5 << 20);
  const [connection] = seen.connections;
  await connection?.closed.promise;
  expect(connection?.notes).toEqual([{ host: null, isTls: true }]);
  expect(connection?.emitted).toHaveLength(1);
});

test("clear text is told once it is known, and handed on", async () => {
  using server = new ServerProcess(
    folder.path,
    "node",
    "-e",
    `const server = require("http").createServer((request, response) => response.end("clear"));
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));`,
  );
  const port = await server.port;
  await using seen = await forwarded(port);
  expect(await curl("ca.pem", `http://127.0.0.1:${seen.port}/a`, `http://127.0.0.1:${seen.port}/b`)).toBe("clearclear");
  const [connection] = seen.connections;
  await connection?.closed.promise;
  expect(seen.clear).toEqual([`127.0.0.1:${port}`]);
  expect(connection === undefined ? [] : asked(connection)).toEqual([
    ["GET", "/a", "clear", "127.0.0.1", port, false],
    ["GET", "/b", "clear", "127.0.0.1", port, false],
  ]);
});

test("a client that does not believe us is passed on from its next connection on, and named", async () => {
  using server = https();
  await using seen = await forwarded(await server.port);
  expect(await curl("real-ca.pem", ...to(seen.port), "https://shop.example/a")).toContain("curl: (60)");
  const sentence = "TLS: the app does not take Reprise's certificate for the server's (unknown_ca)";
  await seen.connections[0]?.closed.promise;
  expect(seen.connections[0]?.unread).toEqual([expect.stringContaining(sentence)]);
  expect(await curl("real-ca.pem", ...to(seen.port), "https://shop.example/a")).toBe("/a shop.example h2 0");
  expect(seen.connections[1]?.notes).toEqual([
    { host: "shop.example", isTls: true },
    { unread: expect.stringContaining(sentence) },
  ]);
  expect(seen.connections[1]?.text).toBe("");
});

test("one that checks after the handshake, and leaves without a word, is passed on as well", async () => {
  using server = https();
  await using seen = await forwarded(await server.port);
  const script = `const { readFileSync } = require("fs");
    const ask = () => new Promise((resolve) => require("https")
      .get({ port: ${seen.port}, host: "127.0.0.1", servername: "shop.example", ca: readFileSync("real-ca.pem"), path: "/n" },
        (response) => { response.resume(); response.on("end", () => resolve(response.statusCode)); })
      .on("error", (error) => resolve(error.code)));
    ask().then(async (first) => console.log(first, await ask()));`;
  expect(await run(folder.path, "node", "-e", script)).toMatch(
    /^UNABLE_TO_VERIFY_LEAF_SIGNATURE|^SELF_SIGNED_CERT_IN_CHAIN/,
  );
  expect(seen.connections[0]?.unread).toEqual([
    expect.stringMatching(/it (left right after the handshake|closed the connection)/),
  ]);
  expect(seen.connections[1]?.notes).toHaveLength(2);
});

test("a process known to believe nobody but its own roots is passed on from the first", async () => {
  using server = https();
  const reason = "TLS: its roots are compiled in";
  await using seen = await forwarded(await server.port, { blindReason: async () => reason });
  expect(await curl("real-ca.pem", ...to(seen.port), "https://shop.example/a")).toBe("/a shop.example h2 0");
  await seen.connections[0]?.closed.promise;
  expect(seen.connections[0]?.unread).toEqual([reason]);
});

test("what the server refuses it refuses itself: the client hears its own alert", async () => {
  using server = https(`minVersion: "TLSv1.3"`);
  await using seen = await forwarded(await server.port);
  expect(await curl("ca.pem", "--tls-max", "1.2", ...to(seen.port), "https://shop.example/a")).toMatch(
    /curl: \(35\).*protocol version/,
  );
  expect(seen.connections[0]?.unread).toHaveLength(1);
  expect(await curl("ca.pem", ...to(seen.port), "https://shop.example/a")).toBe("/a shop.example http/1.1 0");
});

const proxyScript = (create: string, port: number, credentials: string): string => `
  const { readFileSync } = require("fs");
  const server = ${create};
  server.on("connect", (request, socket, head) => {
    if (request.headers["proxy-authorization"] !== "Basic ${Buffer.from(credentials).toString("base64")}")
      return socket.end("HTTP/1.1 407 Proxy Authentication Required\\r\\nProxy-Authenticate: Basic\\r\\nConnection: close\\r\\nContent-Length: 0\\r\\n\\r\\n");
    const far = require("net").connect(${port}, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\\r\\n\\r\\n");
      far.write(head); far.pipe(socket); socket.pipe(far);
    });
    for (const each of [far, socket]) each.on("error", () => { far.destroy(); socket.destroy(); });
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;

test("through an authenticating CONNECT proxy, in clear or over TLS, the inner requests are recorded", async () => {
  using server = https();
  const inner = await server.port;
  for (const [scheme, create] of [
    ["http", `require("http").createServer()`],
    ["https", `require("https").createServer({ cert: readFileSync("real.pem"), key: readFileSync("real-key.pem") })`],
  ] as const) {
    using proxy = new ServerProcess(folder.path, "node", "-e", proxyScript(create, inner, "user:secret"));
    await using seen = await forwarded(await proxy.port);
    const through = ["-x", `${scheme}://127.0.0.1:${seen.port}`, "--proxy-cacert", "ca.pem", "--proxy-anyauth"];
    expect(await curl("ca.pem", ...through, "-U", "user:secret", "https://shop.example/in")).toBe(
      "/in shop.example http/1.1 0",
    );
    await Promise.all(seen.connections.map(({ closed }) => closed.promise));
    expect(seen.connections.flatMap(asked)).toEqual([
      ["GET", "/in", "/in shop.example http/1.1 0", "shop.example", 443, true],
    ]);
    expect([seen.clear, seen.connections.flatMap(({ unread }) => unread)]).toEqual([[], []]);
  }
}, 20_000);

test("an upgrade that nobody understands is taken apart where it begins, and decoded as one conversation", async () => {
  using server = new ServerProcess(
    folder.path,
    "node",
    "-e",
    `const { readFileSync } = require("fs");
    const files = { cert: readFileSync("real.pem"), key: readFileSync("real-key.pem") };
    const talk = (socket, isTls) => socket.on("data", (bytes) => {
      const line = bytes.toString();
      if (/^ehlo/i.test(line)) return socket.write("250-mail\\r\\n250 STARTTLS\\r\\n");
      if (/^quit/i.test(line)) return socket.end("221 bye\\r\\n");
      if (!/^starttls/i.test(line)) return socket.write("250 " + (isTls ? "sealed" : "clear") + "\\r\\n");
      socket.removeAllListeners("data");
      socket.write("220 go\\r\\n");
      talk(new (require("tls").TLSSocket)(socket, { isServer: true, ...files }), true);
    });
    const server = require("net").createServer((socket) => { socket.write("220 mail\\r\\n"); talk(socket, false); });
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));`,
  );
  await using seen = await forwarded(await server.port);
  const script = `import smtplib, ssl
mail = smtplib.SMTP("127.0.0.1", ${seen.port}, local_hostname="me", timeout=20)
mail._host = "shop.example"
print(mail.noop()[1], mail.starttls(context=ssl.create_default_context(cafile="ca.pem"))[0], mail.noop()[1], mail.quit()[0])`;
  expect(await run(folder.path, "python3", "-c", script)).toBe("b'clear' 220 b'sealed' 221\n");
  const [connection] = seen.connections;
  await connection?.closed.promise;
  expect(connection?.notes).toEqual([{ host: "shop.example", isTls: true }]);
  expect(connection?.emitted.map(({ peer: { isTls, host } }) => `${host} ${isTls}`)).toEqual([
    "127.0.0.1 false",
    "127.0.0.1 false",
    "127.0.0.1 false",
    "shop.example true",
    "shop.example true",
    "shop.example true",
  ]);
  expect(connection?.unread).toEqual([]);
});

test("a server that demands a client's own certificate gets it from the client, unread", async () => {
  const own = selfSigned(folder, "ec");
  using server = https(`requestCert: true, ca: readFileSync("${own.certificate}")`);
  await using seen = await forwarded(await server.port);
  const shown = ["--cert", own.certificate, "--key", own.key];
  for (let time = 0; time < 2; time++) {
    expect(await curl("real-ca.pem", ...shown, ...to(seen.port), "https://shop.example/c")).toBe(
      "/c shop.example h2 0",
    );
    expect(seen.connections[time]?.unread).toEqual([expect.stringMatching(/^TLS: .*--client-cert shop\.example=/)]);
  }
});

test.each([
  ["expired", "shop.example", { names: ["shop.example"], fault: "expired" }],
  ["self-signed", "shop.example", { names: ["shop.example"], fault: "none", issuer: "itself" }],
  ["misnamed", "shop.example", { names: ["else.example"], fault: "none" }],
] as const)(
  "a server that is %s: who verifies fails as alone, in replay too; who does not is recorded",
  async (_, name, bad) => {
    const leaf = realAuthority.leaf({ ...bad, addresses: [] });
    folder.write("bad.pem", leaf.certificate);
    folder.write("bad-key.pem", leaf.key);
    using server = https(`cert: readFileSync("bad.pem"), key: readFileSync("bad-key.pem")`);
    const port = await server.port;
    const alone = await curl("real-ca.pem", ...to(port), `https://${name}/x`);
    expect(alone).toContain("curl: (60)");
    await using seen = await forwarded(port);
    expect(await curl("ca.pem", ...to(seen.port), `https://${name}/x`)).toBe(alone);
    expect(await curl("ca.pem", "-k", ...to(seen.port), `https://${name}/x`)).toBe("/x shop.example http/1.1 0");
    const [first, second] = seen.connections;
    expect([first?.unread.length, second?.emitted.length]).toEqual([1, 1]);
    await using replaying = await startProxy({
      ...quietProxy,
      tls: tlsOptions(),
      refusedFor: (host) => (host === name ? (first?.unread[0] ?? null) : null),
    });
    expect(await curl("ca.pem", ...to(replaying.ports.port4), `https://${name}/x`)).toBe(alone);
  },
);

test("what is closed in the middle of a handshake is closed at both ends", async () => {
  for (const who of ["us", "the client"]) {
    const gone = Promise.withResolvers<void>();
    const helloCame = Promise.withResolvers<void>();
    const { port, server } = await serve((socket) => {
      socket.on("data", () => helloCame.resolve());
      socket.on("close", () => gone.resolve());
    });
    const seen = await forwarded(port);
    const client = dial(seen.port);
    client.socket.write(await helloOf("shop.example"));
    await helloCame.promise;
    if (who === "us") {
      await seen.proxy.close();
      expect(await client.closed).toBe("ECONNRESET");
    } else {
      client.socket.destroy();
    }
    await gone.promise;
    await seen.connections[0]?.closed.promise;
    await seen.proxy.close();
    server.close();
  }
});

test("it is the counterpart of the gate that answers", () => {
  expect(ForwardGate).toBeFunction();
});
