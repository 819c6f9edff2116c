/** TLS at both ends of one relay, without the relay: who is asked first, and what failing comes to. */
import { expect, test } from "bun:test";
import { readClientHello } from "../../src/proxy/client-hello.ts";
import { secure } from "../../src/proxy/secure.ts";
import { createUpstreams } from "../../src/proxy/tls/upstream.ts";
import { WaitingLine } from "../../src/proxy/waiting-line.ts";
import { helloOf } from "../support/client-hello.ts";
import { authority, connectRaw, echo, leaf, listenRaw, listenTls } from "../support/tls-ends.ts";
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
  expect(await securing(server.port, [])).toEqual({ is: "blind", reason: expect.stringMatching(/^TLS: the server/) });
});
