/** TLS at both ends of one relay: who is asked first, what failing comes to, and the rules that TLS adds to the relay's. */
import { expect, test } from "bun:test";
import type { Socket } from "node:net";
import { readClientHello } from "../../src/proxy/client-hello.ts";
import { secure } from "../../src/proxy/secure.ts";
import { createUpstreams } from "../../src/proxy/tls/upstream.ts";
import { WaitingLine } from "../../src/proxy/waiting-line.ts";
import { helloOf } from "../support/client-hello.ts";
import { forwarded } from "../support/forwarded.ts";
import { dial, serve } from "../support/loopback.ts";
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
