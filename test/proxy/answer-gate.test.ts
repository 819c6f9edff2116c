/** TLS and tunnels in replay, with clients that are not ours: curl, OpenSSL, Python, node. The rest is in listener.test.ts. */
import { afterAll, expect, test } from "bun:test";
import { connect as connectTls } from "node:tls";
import { type Exchange } from "../../src/core/exchange.ts";
import { type Pool } from "../../src/core/pool.ts";
import { type Peer, type Protocol } from "../../src/core/protocol.ts";
import { type AnsweringOptions, AnswerGate } from "../../src/proxy/answer-gate.ts";
import { type Proxy, startProxy } from "../../src/proxy/listener.ts";
import { type GenericSpec } from "../../src/protocols/generic/index.ts";
import { fallback, protocols } from "../../src/protocols/index.ts";
import { http1 } from "../../src/protocols/http1/index.ts";
import { exchange } from "../protocols/http1/example.ts";
import { exactPool } from "../support/exact-pool.ts";
import { authority, certificateFolder, run } from "../support/tls-ends.ts";
import { quietProxy } from "../support/stub-sessions.ts";
import { tlsOptions } from "../support/tls-options.ts";

const folder = certificateFolder();
afterAll(() => folder[Symbol.dispose]());

const kept = <Spec>(spec: Spec): Exchange<Spec> => ({ spec, startedAt: 0, endedAt: 0, reuse: "repeat" });
const ok = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const users = kept(exchange("GET /users HTTP/1.1\r\nHost: api.example\r\n\r\n", ok("Ann and Bob")));

interface Seen {
  readonly proxy: Proxy;
  readonly peers: Peer[];
  readonly unread: string[];
  readonly missed: string[];
}

const replaying = async (options: Partial<AnsweringOptions> = {}): Promise<Seen & AsyncDisposable> => {
  const [peers, unread, missed]: [Peer[], string[], string[]] = [[], [], []];
  const pool = exactPool(http1, [users]) as Pool<unknown>;
  const proxy = await startProxy({
    ...quietProxy,
    protocols,
    fallback,
    originOf: () => ({ address: "192.0.2.7", port: 443 }),
    poolFor: (_protocol, peer) => (peers.push(peer), pool),
    tls: tlsOptions(),
    onUnread: (reason) => unread.push(reason),
    onMiss: (miss) => missed.push(miss.asked),
    ...options,
  });
  return { proxy, peers, unread, missed, [Symbol.asyncDispose]: () => proxy.close() };
};

const curl = (...words: string[]): Promise<string> =>
  run(folder.path, "curl", "-sS", "--max-time", "20", "--cacert", "ca.pem", ...words);

test("an HTTPS client is answered by the name it asks for, which it verifies", async () => {
  await using seen = await replaying();
  const to = `api.example:443:127.0.0.1:${seen.proxy.ports.port4}`;
  expect(
    await curl("--connect-to", to, "https://api.example/users", "-w", " %{http_version} %{ssl_verify_result}"),
  ).toBe("Ann and Bob 1.1 0");
  expect(seen.peers.map(({ host, address, port, isTls }) => [host, address, port, isTls])).toEqual([
    ["api.example", "192.0.2.7", 443, true],
  ]);
  expect([seen.unread, seen.missed]).toEqual([[], []]);
});

test("without a name it is the address that is vouched for; a ticket resumes", async () => {
  await using seen = await replaying();
  const at = `127.0.0.1:${seen.proxy.ports.port4}`;
  const client = ["openssl", "s_client", "-connect", at, "-noservername", "-CAfile", "ca.pem", "-verify_return_error"];
  const ask = async (...words: string[]): Promise<string> => {
    const child = Bun.spawn([...client, "-verify_ip", "192.0.2.7", "-ign_eof", ...words], {
      cwd: folder.path,
      stdin: Buffer.from("GET /users HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\r\n"),
      stdout: "pipe",
      stderr: "ignore",
      timeout: 20_000,
    });
    return await new Response(child.stdout).text();
  };
  for (const version of ["-tls1_2", "-tls1_3"]) {
    const first = await ask(version, "-sess_out", "session.pem");
    expect(first).toContain("Verify return code: 0 (ok)");
    expect(first).toContain("Ann and Bob");
    expect(await ask(version, "-sess_in", "session.pem")).toContain("Ann and Bob");
  }
});

test("through a CONNECT proxy the inner request is answered, with or without credentials", async () => {
  await using seen = await replaying({ originOf: () => ({ address: "10.0.0.3", port: 3128 }) });
  const proxied = ["-x", `http://user:secret@127.0.0.1:${seen.proxy.ports.port4}`];
  expect(await curl(...proxied, "https://api.example/users")).toBe("Ann and Bob");
  expect(await curl(...proxied, "-p", "http://api.example/users")).toBe("Ann and Bob");
  expect(seen.peers.map(({ host, port, isTls }) => [host, port, isTls])).toEqual([
    ["10.0.0.3", 3128, false],
    ["api.example", 443, true],
    ["10.0.0.3", 3128, false],
    ["api.example", 80, false],
  ]);
  seen.peers.length = 0;
  const { port4 } = seen.proxy.ports;
  const overTls = ["-x", `https://proxy.example:${port4}`, "--resolve", `proxy.example:${port4}:127.0.0.1`];
  expect(await curl(...overTls, "--proxy-cacert", "ca.pem", "https://api.example/users")).toBe("Ann and Bob");
  expect(seen.peers.map(({ host, port, isTls }) => [host, port, isTls])).toEqual([
    ["proxy.example", 3128, true],
    ["api.example", 443, true],
  ]);
  expect([seen.unread, seen.missed]).toEqual([[], []]);
});

test("an upgrade that nobody understands is answered where the client begins it", async () => {
  const said = (request: string, response: string): Exchange<GenericSpec> =>
    kept({
      request: request === "" ? [] : [Buffer.from(request)],
      response: [Buffer.from(response)],
      closes: false,
      isPush: false,
    });
  const mail = exactPool(fallback as Protocol<GenericSpec>, [
    said("", "220 mail.example\r\n"),
    said("ehlo me\r\n", "250-mail.example\r\n250 STARTTLS\r\n"),
    said("STARTTLS\r\n", "220 go ahead\r\n"),
    said("noop\r\n", "250 still here\r\n"),
    said("quit\r\n", "221 bye\r\n"),
  ]) as Pool<unknown>;
  await using seen = await replaying({
    originOf: () => ({ address: "10.0.0.5", port: 587 }),
    poolFor: () => mail,
    expectedFor: () => fallback,
  });
  const script = `import smtplib, ssl
mail = smtplib.SMTP("127.0.0.1", ${seen.proxy.ports.port4}, local_hostname="me", timeout=20)
mail._host = "mail.example"
mail.starttls(context=ssl.create_default_context(cafile="ca.pem"))
print(mail.sock.version(), mail.noop(), mail.quit()[0])`;
  expect(await run(folder.path, "python3", "-c", script)).toMatch(/^TLSv1\.3 \(250, b'still here'\) 221\n$/);
  expect([seen.unread, seen.missed]).toEqual([[], []]);
});

test("a client that does not take the certificate is named; the next one is answered", async () => {
  await using seen = await replaying();
  const to = ["--connect-to", `api.example:443:127.0.0.1:${seen.proxy.ports.port4}`, "https://api.example/users"];
  expect(await run(folder.path, "curl", "-sS", "--capath", "/nowhere", "--cacert", "/dev/null", ...to)).toContain(
    "curl: (",
  );
  expect(await curl(...to)).toBe("Ann and Bob");
});

test("large answers pass whole, while the client reads slowly, and end as TLS does", async () => {
  const body = "x".repeat(20 << 20);
  const pool = exactPool(http1, [kept(exchange("GET /big HTTP/1.1\r\nHost: h\r\n\r\n", ok(body)))]) as Pool<unknown>;
  await using seen = await replaying({ poolFor: () => pool });
  const socket = connectTls({
    port: seen.proxy.ports.port4,
    host: "127.0.0.1",
    servername: "h.example",
    ca: authority.certificate,
    ALPNProtocols: ["h3", "http/1.1"],
  });
  socket.write("GET /big HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  let got = 0;
  socket.on("data", (bytes: Buffer) => {
    got += bytes.length;
    socket.pause();
    setImmediate(() => socket.resume());
  });
  await new Promise((resolve) => socket.on("end", resolve));
  expect(got).toBe(ok(body).length);
  expect(socket.alpnProtocol).toBe("http/1.1");
  socket.destroy();
});

test("it refuses what it does not know", () => {
  expect(AnswerGate).toBeFunction();
});
