/** ClientHellos of real clients: node's TLS (OpenSSL or BoringSSL, as the run time has it) and openssl's own command. */
import { expect, test } from "bun:test";
import { createServer, type AddressInfo } from "node:net";
import { connect } from "node:tls";
import { readClientHello } from "../../src/proxy/client-hello.ts";

/** The first flight that a TLS client sends to a server that never answers. */
const helloOf = async (serverName: string | null): Promise<Uint8Array> => {
  let give = (_bytes: Uint8Array): void => {};
  const first = new Promise<Uint8Array>((resolve) => (give = resolve));
  const server = createServer((socket) => socket.once("data", (bytes: Buffer) => give(Uint8Array.from(bytes))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1", ...(serverName === null ? {} : { servername: serverName }) });
  socket.on("error", () => {});
  const hello = await first;
  socket.destroy();
  server.close();
  return hello;
};

/** The same handshake in records of `size` bytes. */
const fragmented = (hello: Uint8Array, size: number): Uint8Array => {
  const records: Uint8Array[] = [];
  for (let at = 5; at < hello.length; at += size) {
    const part = hello.subarray(at, at + size);
    records.push(Uint8Array.of(0x16, 3, 1, part.length >> 8, part.length & 0xff), part);
  }
  return new Uint8Array(Buffer.concat(records));
};

test("a real ClientHello gives its server name once it is whole, and `more` before", async () => {
  const hello = await helloOf("shop.example");
  expect(readClientHello(hello)).toEqual({ is: "yes", serverName: "shop.example" });
  for (let length = 0; length < hello.length; length += 7)
    expect(readClientHello(hello.subarray(0, length))).toEqual({ is: "more" });
});

test("a hello in many records is read as one", async () => {
  const hello = await helloOf("api.shop.example");
  expect(readClientHello(fragmented(hello, 50))).toEqual({ is: "yes", serverName: "api.shop.example" });
  expect(readClientHello(fragmented(hello, 3))).toEqual({ is: "yes", serverName: "api.shop.example" });
});

test("an address is asked for without a name", async () => {
  expect(readClientHello(await helloOf(null))).toEqual({ is: "yes", serverName: null });
});

test("other bytes are not TLS, and broken hellos do not throw", () => {
  expect(readClientHello(Buffer.from("GET / HTTP/1.1\r\n"))).toEqual({ is: "no" });
  expect(readClientHello(Uint8Array.of(0x16, 0x02))).toEqual({ is: "no" });
  expect(readClientHello(Uint8Array.of(0x16, 3, 1, 0, 40, 2))).toEqual({ is: "no" });
  expect(readClientHello(Uint8Array.of(0x16, 3, 1, 0, 0, 1))).toEqual({ is: "no" });
  expect(readClientHello(Uint8Array.of(0x16, 3, 1, 0, 4, 1, 0, 0, 0))).toEqual({ is: "yes", serverName: null });
  const garbage = Uint8Array.of(0x16, 3, 1, 0, 44, 1, 0, 0, 40, ...Array.from({ length: 40 }, () => 0xff));
  expect(readClientHello(garbage)).toEqual({ is: "yes", serverName: null });
});
