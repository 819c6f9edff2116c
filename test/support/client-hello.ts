/** The first flight of a real TLS client: node's, to a server that never answers. */
import { createServer, type AddressInfo } from "node:net";
import { connect, type ConnectionOptions } from "node:tls";

/** The bytes of a whole ClientHello. */
export const helloOf = async (servername: string | null, options: ConnectionOptions = {}): Promise<Uint8Array> => {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const server = createServer((socket) => socket.once("data", (bytes: Buffer) => resolve(Uint8Array.from(bytes))));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const named = servername === null ? {} : { servername };
  const socket = connect({ port, host: "127.0.0.1", ...named, ...options });
  socket.on("error", () => {});
  const hello = await promise;
  socket.destroy();
  server.close();
  return hello;
};
