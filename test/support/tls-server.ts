/** TLS servers that are node's own, in a process of theirs: what they accept and what they show is their options' matter. */
import type { TlsOptions } from "node:tls";
import type { Leaf } from "../../src/proxy/tls/authority.ts";

const program = `
const tls = require("node:tls"), options = JSON.parse(process.argv[1]);
const server = tls.createServer(options, (socket) => {
  socket.on("error", () => {});
  socket.on("data", (bytes) => socket.write(JSON.stringify({ sni: socket.servername, alpn: socket.alpnProtocol, version: socket.getProtocol(), peer: socket.getPeerCertificate().subject?.CN ?? null, isReused: socket.isSessionReused(), said: String(bytes) })));
});
server.on("tlsClientError", () => {});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

export interface NodeServer extends AsyncDisposable {
  readonly port: number;
}

/** Listens on 127.0.0.1; what is written to it comes back inside what the server knows of the client. */
export const serveByNode = async (leaf: Leaf, options: TlsOptions = {}): Promise<NodeServer> => {
  const all = JSON.stringify({ cert: leaf.certificate, key: leaf.key, ...options });
  const child = Bun.spawn(["node", "-e", program, all], { stdout: "pipe", stderr: "inherit" });
  const { value } = await child.stdout.getReader().read();
  return {
    port: Number(new TextDecoder().decode(value)),
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
};
