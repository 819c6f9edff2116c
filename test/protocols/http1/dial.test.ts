import { expect, test } from "bun:test";
import { createServer, type AddressInfo, type Server } from "node:net";
import { Dialler } from "../../../src/protocols/http1/dial.ts";

const listening = async (host: string): Promise<{ server: Server; port: number; peers: string[] }> => {
  const peers: string[] = [];
  const server = createServer((socket) => peers.push(socket.remoteAddress ?? ""));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return { server, port: (server.address() as AddressInfo).port, peers };
};

const dialled = async (host: string, port: number, dialler = new Dialler()): Promise<string[]> => {
  const tried: string[] = [];
  const socket = await dialler.dial(host, port, (hostname) => {
    tried.push(hostname);
    return Bun.connect({ hostname, port, socket: { data() {}, connectError() {} } });
  });
  const closed = Promise.withResolvers<void>();
  socket.reload({ socket: { data() {}, close: () => closed.resolve() } });
  socket.end();
  await closed.promise;
  return tried;
};

test("an app that listens on both families gets one connection", async () => {
  const { server, port, peers } = await listening("::");
  expect(await dialled("localhost", port)).toEqual(["::1"]);
  await new Promise((resolve) => server.close(resolve));
  expect(peers).toEqual(["::1"]);
});

test("an app that listens on IPv4 alone is found, by any name", async () => {
  const { server, port } = await listening("127.0.0.1");
  expect(await dialled("localhost", port)).toEqual(["::1", "127.0.0.1"]);
  expect(await dialled("127.0.0.1", port)).toEqual(["127.0.0.1"]);
  await new Promise((resolve) => server.close(resolve));
});

test("an address that answered is tried first from then on, and the others where it answers no more", async () => {
  const dialler = new Dialler();
  const { server, port } = await listening("127.0.0.1");
  expect(await dialled("localhost", port, dialler)).toEqual(["::1", "127.0.0.1"]);
  expect(await dialled("localhost", port, dialler)).toEqual(["127.0.0.1"]);
  await new Promise((resolve) => server.close(resolve));
  const moved = createServer();
  await new Promise<void>((resolve) => moved.listen(port, "::1", resolve));
  expect(await dialled("localhost", port, dialler)).toEqual(["127.0.0.1", "::1"]);
  expect(await dialled("localhost", port, dialler)).toEqual(["::1"]);
  await new Promise((resolve) => moved.close(resolve));
});

test("where nobody listens the last refusal is told", () =>
  expect(new Dialler().dial("localhost", 1, (address) => Promise.reject(new Error(address)))).rejects.toThrow(
    "127.0.0.1",
  ));
