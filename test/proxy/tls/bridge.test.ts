import { expect, test } from "bun:test";
import { bridge } from "../../../src/proxy/tls/bridge.ts";
import { connectRaw, echo, Listening, listenRaw } from "../../support/tls-ends.ts";

test("a socket stands for a line, half-close included", async () => {
  using listener = listenRaw((socket) => void echo(socket));
  const socket = await bridge(await connectRaw(listener.port));
  const heard = new Listening(socket);
  socket.write(Buffer.from("there and back"));
  socket.shutdown();
  await heard.closed.promise;
  // A socket that has ended its own direction hears the far FIN as its close.
  expect([heard.text, heard.events]).toEqual(["there and back", ["close"]]);
});
