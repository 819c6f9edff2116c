/** TLS at both ends of one relay: who is asked first, what failing comes to, and the rules that TLS adds to the relay's. */
import { expect, test } from "bun:test";
import type { Socket } from "node:net";
import { readClientHello } from "../../src/proxy/client-hello.ts";
import { secure } from "../../src/proxy/secure.ts";
import { createUpstreams } from "../../src/proxy/tls/upstream.ts";
import { WaitingLine } from "../../src/proxy/waiting-line.ts";
import { helloOf } from "../support/client-hello.ts";
import { forwarded, forwardFolder, realAuthority, ServerProcess } from "../support/forwarded.ts";
import { dial, serve } from "../support/loopback.ts";
import { authority, connectRaw, echo, leaf, listenRaw, listenTls, run } from "../support/tls-ends.ts";
import { tlsOptions } from "../support/tls-options.ts";

/** Brings `hello` to a server on `port`, as one that sent it would see it. */
const securing = async (port: number, roots: readonly string[]) => {
  const early = await helloOf("shop.example");
  const hello = readClientHello(early);
  if (hello.is !== "yes") throw new Error("this is no hello");
  using client = listenRaw(() => {});
  const [near, server] = [await connectRaw(client.port), await connectRaw(port)];
  const result = await secure({
    upstreams: createUpstreams(tlsOptions(roots)),
    hello,
    address: "127.0.0.1",
    port,
    client: new WaitingLine(near, { early, as: "read", gone: () => {} }),
    server: new WaitingLine(server, { early: new Uint8Array(0), as: "held", gone: () => {} }),
    alpn: [],
    isFresh: true,
    signal: new AbortController().signal,
    keyLog: null,
  });
  near.terminate();
  server.terminate();
  return result;
};

test("a server that some store accepts is verified; one that none accepts is shown all the same", async () => {
  using server = listenTls((line) => void echo(line), { leaf });
  expect(await securing(server.port, [authority.certificate])).toMatchObject({ is: "open", fault: null });
  expect(await securing(server.port, [])).toMatchObject({ is: "open", fault: expect.stringContaining("issuer") });
});

test("one that speaks no TLS leaves the client to itself, with the reason", async () => {
  using server = listenRaw((socket) => {
    socket.data.ear = { data: () => void socket.end("no TLS here"), drain() {}, end() {}, close() {} };
  });
  expect(await securing(server.port, [])).toEqual({
    is: "blind",
    reason: expect.stringMatching(/^TLS: the server/),
    isRefused: true,
  });
});

/** Asks whoever upgrades for a certificate, and takes those who have none. */
const asking = `
import socket, ssl, threading
c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain("real.pem", "real-key.pem")
c.load_verify_locations("me.pem"); c.verify_mode = ssl.CERT_OPTIONAL
def serve(raw):
    try:
        raw.recv(99); raw.sendall(b"220 go"); s = c.wrap_socket(raw, server_side=True)
        s.sendall(s.recv(99) + (b" of " + dict(x[0] for x in s.getpeercert()["subject"])["commonName"].encode() if s.getpeercert() else b" of nobody"))
        s.recv(99); s.close()
    except OSError: pass
l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1], flush=True)
while True: threading.Thread(target=serve, args=l.accept()[:1]).start()`;

const upgrading = `
import socket, ssl, sys
c = ssl.create_default_context(cafile="both.pem")
if sys.argv[2] == "own": c.load_cert_chain("me.pem", "me.key")
raw = socket.create_connection(("127.0.0.1", int(sys.argv[1]))); raw.settimeout(20)
raw.sendall(b"STARTTLS\\r\\n"); raw.recv(99)
try:
    s = c.wrap_socket(raw, server_hostname="shop.example", suppress_ragged_eofs=False); s.sendall(b"ping"); print(s.recv(99)); s.close()
except (ConnectionResetError, ssl.SSLEOFError): print("cut off")`;

test("a server that asks for certificates in mid-stream is read for those who have none, and left to those who do", async () => {
  using folder = forwardFolder();
  folder.write("both.pem", `${authority.certificate}${realAuthority.certificate}`);
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await run(folder.path, "openssl", ...request, "-keyout", "me.key", "-out", "me.pem", "-subj", "/CN=me");
  using server = new ServerProcess(folder.path, "python3", "-c", asking);
  await using seen = await forwarded(await server.port);
  const ask = (own: string) => run(folder.path, "python3", "-c", upgrading, String(seen.port), own);
  expect(await ask("none")).toBe("b'ping of nobody'\n");
  expect(seen.connections[0]?.text).toContain("ping of nobody");
  // One connection is lost on it: what was said in clear before cannot be said again for the client.
  expect([await ask("own"), await ask("own")]).toEqual(["cut off\n", "b'ping of me'\n"]);
  const reason = expect.stringMatching(/^TLS: shop.example asks its clients for a certificate; --client-cert /);
  expect(seen.connections.slice(1).map(({ unread }) => unread)).toEqual([[reason], [reason]]);
  expect(seen.connections[1]?.text).not.toContain("ping");
}, 30_000);

/** A server that writes down what each connection says, and answers each chunk as it is told. */
const listener = async (answer: (socket: Socket, said: string) => void) => {
  const said: Buffer[] = [];
  const { port, server } = await serve((socket) => {
    const at = said.push(Buffer.alloc(0)) - 1;
    socket.on("data", (bytes: Buffer) => {
      said[at] = Buffer.concat([said[at] ?? bytes, bytes]);
      answer(socket, bytes.toString("latin1"));
    });
  });
  return { port, said, close: () => server.close() };
};

test("rule 12: a server that agreed to TLS is sent nothing of the client's that is not sealed anew", async () => {
  const hello = await helloOf("shop.example");
  const agreeing = await listener((socket, said) =>
    said === "STARTTLS\r\n" ? void socket.write("220 go") : void socket.end("500 what?"),
  );
  await using seen = await forwarded(agreeing.port);
  const client = dial(seen.port);
  client.socket.write("STARTTLS\r\n");
  await client.until("220 go");
  client.socket.write(hello.subarray(0, 7));
  client.socket.write(hello.subarray(7));
  client.socket.write("secret");
  // What was said in clear cannot be said again for the client, so that it is cut off.
  expect(await client.closed).toBe("ECONNRESET");
  const [said = Buffer.alloc(0)] = agreeing.said;
  const sealed = said.subarray("STARTTLS\r\n".length);
  expect([sealed[0], sealed[1]]).toEqual([0x16, 3]);
  expect([sealed.includes("secret"), sealed.includes(hello.subarray(11, 43))]).toEqual([false, false]);
  expect(client.text).toBe("220 go");
  expect(seen.connections[0]?.unread).toHaveLength(1);
  agreeing.close();
});

test("rule 13: as long as a server has not answered, its client hears nothing; rule 14: then the server itself", async () => {
  const hello = await helloOf("shop.example");
  const asked = Promise.withResolvers<Socket>();
  const server = await listener((socket) => {
    if (server.said.length === 1) asked.resolve(socket);
    else if (server.said[1]?.length === hello.length) socket.write("own words");
  });
  await using seen = await forwarded(server.port);
  const client = dial(seen.port);
  client.socket.write(hello);
  const socket = await asked.promise;
  expect([client.text, server.said[0]?.includes(hello.subarray(11, 43))]).toEqual(["", false]);
  socket.end("HTTP/1.1 400 this is no TLS\r\n\r\n");
  await client.until("own words");
  expect(Buffer.compare(server.said[1] ?? Buffer.alloc(0), hello)).toBe(0);
  client.socket.destroy();
  const [connection] = seen.connections;
  expect(connection?.unread).toEqual([expect.stringMatching(/^TLS: /)]);
  expect(connection?.text).toBe("");
  server.close();
});

test("rule 14: whoever refuses us once is left alone: its next hello reaches the server as it is", async () => {
  const hello = await helloOf("pinned.example");
  const plain = await listener((socket) => void socket.write("own words"));
  await using seen = await forwarded(plain.port);
  seen.refusals.giveUp({ address: "127.0.0.1", port: plain.port, serverName: "pinned.example" }, "TLS: pinned");
  const client = dial(seen.port);
  for (const byte of hello) client.socket.write(Uint8Array.of(byte));
  await client.until("own words");
  expect(Buffer.compare(plain.said[0] ?? Buffer.alloc(0), hello)).toBe(0);
  client.socket.destroy();
  expect(seen.connections[0]?.notes).toEqual([{ host: "pinned.example", isTls: true }, { unread: "TLS: pinned" }]);
  plain.close();
});
