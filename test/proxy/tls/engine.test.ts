/** What of Bun's engine is not declared, and would be missed: early bytes, the server's side, the key log. */
import { expect, test } from "bun:test";
import { serverContext } from "../../../src/proxy/tls/contexts.ts";
import { type EngineEvents, startEngine } from "../../../src/proxy/tls/engine.ts";
import { certificateFolder, leaf, listenRaw, run } from "../../support/tls-ends.ts";

test("the server's side takes over behind bytes that were read, and tells its keys", async () => {
  using folder = certificateFolder();
  const told: string[] = [];
  const events: EngineEvents = {
    open: () => {},
    handshake: (_tls, isDone) => told.push(`handshake ${isDone}`),
    data(tls, bytes) {
      tls.write(bytes);
      tls.shutdown();
    },
    drain: () => {},
    end: () => {},
    close: () => {},
    error: () => {},
    session: () => {},
    keylog: (_tls, line) => told.push(Buffer.from(line).toString().split(" ")[0] ?? ""),
  };
  using listener = listenRaw((socket) => {
    const settings = {
      isServer: true,
      asksCertificate: false,
      context: serverContext({ leaf, asksCertificate: false, groups: "all" }),
      serverName: null,
      alpn: ["x"],
      events,
    };
    const data = (bytes: Uint8Array): void => {
      socket.data.ear = null;
      expect(startEngine(socket, { ...settings, early: Uint8Array.from(bytes) })).not.toBeNull();
    };
    socket.data.ear = { data, drain() {}, end() {}, close() {} };
  });
  const script = `
import socket, ssl, sys
c = ssl.create_default_context(cafile="ca.pem"); c.set_alpn_protocols(["y", "x"])
s = c.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))), server_hostname="shop.example")
s.sendall(b"hi"); print(s.selected_alpn_protocol(), s.recv(9), s.recv(9))`;
  expect(await run(folder.path, "python3", "-c", script, String(listener.port))).toBe("x b'hi' b''\n");
  expect(told).toContain("handshake true");
  expect(told).toContain("CLIENT_TRAFFIC_SECRET_0");
});
