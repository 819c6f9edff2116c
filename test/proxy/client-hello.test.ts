/** ClientHellos of real clients: node's TLS (OpenSSL or BoringSSL, as the run time has it) and openssl's own command. */
import { expect, test } from "bun:test";
import { createServer, type AddressInfo } from "node:net";
import { connect, type ConnectionOptions } from "node:tls";
import { readClientHello } from "../../src/proxy/client-hello.ts";

const both = { min: "TLSv1.2", max: "TLSv1.3" } as const;
const any = { min: "TLSv1", max: "TLSv1.3" } as const;
/** Whichever the library has. */
const groups: number[] = expect.any(Array);
const oldest = { min: "TLSv1", max: "TLSv1" } as const;

/** The first flight that whatever `begin` starts sends to a server that never answers. */
const firstFlight = async (begin: (port: number) => () => void): Promise<Uint8Array> => {
  let give = (_bytes: Uint8Array): void => {};
  const first = new Promise<Uint8Array>((resolve) => (give = resolve));
  const server = createServer((socket) => socket.once("data", (bytes: Buffer) => give(Uint8Array.from(bytes))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = begin(port);
  const hello = await first;
  stop();
  server.close();
  return hello;
};

const helloOf = (serverName: string | null, options: ConnectionOptions = {}): Promise<Uint8Array> =>
  firstFlight((port) => {
    const named = serverName === null ? {} : { servername: serverName };
    const socket = connect({ port, host: "127.0.0.1", ...named, ...options });
    socket.on("error", () => {});
    return () => socket.destroy();
  });

const opensslHelloOf = (...args: string[]): Promise<Uint8Array> =>
  firstFlight((port) => {
    const client = Bun.spawn(["openssl", "s_client", "-connect", `127.0.0.1:${port}`, ...args], {
      stdin: "pipe",
      stdout: "ignore",
      stderr: "ignore",
    });
    return () => client.kill();
  });

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
  expect(readClientHello(hello)).toEqual({ is: "yes", serverName: "shop.example", alpn: [], versions: both, groups });
  for (let length = 0; length < hello.length; length += 7)
    expect(readClientHello(hello.subarray(0, length))).toEqual({ is: "more" });
});

test("a hello in many records is read as one", async () => {
  const hello = await helloOf("api.shop.example");
  const asked = { is: "yes" as const, serverName: "api.shop.example", alpn: [], versions: both, groups };
  expect(readClientHello(fragmented(hello, 50))).toEqual(asked);
  expect(readClientHello(fragmented(hello, 3))).toEqual(asked);
});

test("an address is asked for without a name", async () => {
  expect(readClientHello(await helloOf(null))).toEqual({
    is: "yes",
    serverName: null,
    alpn: [],
    versions: both,
    groups,
  });
});

test("other bytes are not TLS, and broken hellos do not throw", () => {
  const nothing = { is: "yes" as const, serverName: null, alpn: [], versions: oldest, groups: [] };
  expect(readClientHello(Buffer.from("GET / HTTP/1.1\r\n"))).toEqual({ is: "no" });
  expect(readClientHello(Uint8Array.of(0x16, 0x02))).toEqual({ is: "no" });
  expect(readClientHello(Uint8Array.of(0x16, 3, 1, 0, 40, 2))).toEqual({ is: "no" });
  expect(readClientHello(Uint8Array.of(0x16, 3, 1, 0, 0, 1))).toEqual({ is: "no" });
  expect(readClientHello(Uint8Array.of(0x16, 3, 1, 0, 4, 1, 0, 0, 0))).toEqual(nothing);
  const garbage = Uint8Array.of(0x16, 3, 1, 0, 44, 1, 0, 0, 40, ...Array.from({ length: 40 }, () => 0xff));
  expect(readClientHello(garbage)).toEqual({ ...nothing, versions: { min: "TLSv1", max: "TLSv1.2" } });
});

test("the application protocols are read in the client's order", async () => {
  const node = await helloOf("shop.example", { ALPNProtocols: ["h2", "http/1.1", "x"] });
  expect(readClientHello(node)).toMatchObject({ alpn: ["h2", "http/1.1", "x"] });
  const openssl = await opensslHelloOf("-alpn", "postgresql", "-noservername");
  expect(readClientHello(openssl)).toEqual({
    is: "yes",
    serverName: null,
    alpn: ["postgresql"],
    versions: any,
    groups,
  });
});

test("the versions are a range, with the extension and without", async () => {
  const read = async (...args: string[]): Promise<unknown> => readClientHello(await opensslHelloOf(...args));
  expect(await read("-tls1_3")).toMatchObject({ versions: { min: "TLSv1.3", max: "TLSv1.3" } });
  expect(await read("-tls1_2")).toMatchObject({ versions: { min: "TLSv1", max: "TLSv1.2" } });
  expect(await read("-tls1", "-cipher", "ALL:@SECLEVEL=0")).toMatchObject({ versions: oldest });
});

test("the groups are read in the client's order", async () => {
  const openssl = await opensslHelloOf("-groups", "P-384:X25519:P-256");
  expect(readClientHello(openssl)).toMatchObject({ groups: [0x18, 0x1d, 0x17] });
});

test("names and versions that only keep servers tolerant are left out", () => {
  // Written by hand after RFC 8701: GREASE in ALPN (0x0a0a, 0xfafa), in the extensions and in supported_versions.
  const alpn = [0, 16, 0, 14, 0, 12, 2, 0x0a, 0x0a, 2, 0x68, 0x32, 2, 0xfa, 0xfa, 2, 0x61, 0x62];
  const versions = [0, 43, 0, 7, 6, 0x7a, 0x7a, 3, 4, 3, 3];
  const extensions = [0x1a, 0x1a, 0, 0, ...alpn, ...versions];
  const body = [
    3,
    3,
    ...Array.from({ length: 32 }, () => 7),
    0,
    0,
    2,
    0x2a,
    0x2a,
    1,
    0,
    0,
    extensions.length,
    ...extensions,
  ];
  const hello = Uint8Array.of(0x16, 3, 1, 0, body.length + 4, 1, 0, 0, body.length, ...body);
  expect(readClientHello(hello)).toEqual({
    is: "yes",
    serverName: null,
    alpn: ["h2", "ab"],
    versions: both,
    groups: [],
  });
});
