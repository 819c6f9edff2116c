import { expect, test } from "bun:test";
import { createServer, type AddressInfo, type Server } from "node:net";
import { dial } from "../../../src/protocols/http1/dial.ts";

const listening = async (host: string): Promise<{ server: Server; port: number; peers: string[] }> => {
  const peers: string[] = [];
  const server = createServer((socket) => peers.push(socket.remoteAddress ?? ""));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return { server, port: (server.address() as AddressInfo).port, peers };
};

const dialled = async (host: string, port: number): Promise<string[]> => {
  const tried: string[] = [];
  const socket = await dial(host, (hostname) => {
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

test("where nobody listens the last refusal is told", () =>
  expect(dial("localhost", (address) => Promise.reject(new Error(address)))).rejects.toThrow("127.0.0.1"));
