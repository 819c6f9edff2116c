/**
 * TLS from the first byte in front of a PostgreSQL server, as a balancer or PostgreSQL 17 has it (`sslnegotiation=direct`):
 * a client that does not offer `postgresql` in ALPN is refused. What it hands on is in clear.
 */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createServer } from "node:tls";
import type { PostgresCertificates } from "./postgres-certificates.ts";

export interface PostgresFront extends AsyncDisposable {
  readonly port: number;
}

export const startFront = async (certificates: PostgresCertificates, serverPort: number): Promise<PostgresFront> => {
  const own = { key: readFileSync(certificates.key), cert: readFileSync(certificates.certificate) };
  const server = createServer({ ...own, ALPNProtocols: ["postgresql"] }, (client) => {
    if (client.alpnProtocol !== "postgresql") return void client.destroy();
    const upstream = connect({ port: serverPort, host: "127.0.0.1" });
    for (const socket of [client, upstream]) socket.on("error", () => [client, upstream].map((each) => each.destroy()));
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the front listens nowhere");
  const close = async (): Promise<void> => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port: address.port, [Symbol.asyncDispose]: close };
};
