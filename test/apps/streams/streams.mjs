/**
 * A service that streams: bodies of any size through to its dependency and back, events and chunks each of which waits
 * until the client has told that it has the one before (WAIT=1), and a WebSocket that echoes.
 */
import { createHash } from "node:crypto";
import { createServer, request as clear } from "node:http";
import { request as sealed } from "node:https";
import { pipeline } from "node:stream";

const waits = process.env.WAIT === "1";
const request = process.env.DEPENDENCY?.startsWith("https:") ? sealed : clear;
let told = () => {};

const copy = (incoming, outgoing) => {
  const headers = { "content-type": "application/octet-stream" };
  const length = incoming.headers["content-length"];
  if (length) headers["content-length"] = length;
  const asked = request(process.env.DEPENDENCY + incoming.url, { method: "POST", headers }, (answer) => {
    outgoing.writeHead(200, { ...headers, "content-length": answer.headers["content-length"] });
    pipeline(answer, outgoing, () => {});
  });
  pipeline(incoming, asked, () => {});
};

const produce = async (outgoing, type, shape) => {
  outgoing.writeHead(200, { "content-type": type });
  for (let i = 0; i < 20; i++) {
    const heard = new Promise((resolve) => (told = resolve));
    outgoing.write(shape(i));
    if (waits) await heard;
  }
  outgoing.end();
};

const server = createServer((incoming, outgoing) => {
  if (incoming.url === "/copy") return copy(incoming, outgoing);
  if (incoming.url === "/events")
    return produce(outgoing, "text/event-stream", (i) => `id: ${i}\ndata: event ${i}\n\n`);
  if (incoming.url === "/chunks") return produce(outgoing, "text/plain", (i) => `chunk ${i}\n`);
  told();
  outgoing.writeHead(204).end();
});

/** Frames of less than 126 bytes, unmasked on the way back. */
const echoFrames = (socket) =>
  socket.on("data", (bytes) => {
    for (let at = 0; at < bytes.length;) {
      const length = bytes[at + 1] & 127;
      const mask = bytes.subarray(at + 2, at + 6);
      const data = bytes.subarray(at + 6, at + 6 + length).map((byte, i) => byte ^ mask[i % 4]);
      socket.write(Buffer.concat([Buffer.from([bytes[at], length]), data]));
      at += 6 + length;
    }
  });

server.on("upgrade", ({ headers }, socket) => {
  const key = `${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  const lines = ["HTTP/1.1 101 Switching Protocols", "upgrade: websocket", "connection: upgrade"];
  socket.write([...lines, `sec-websocket-accept: ${accept}`, "", ""].join("\r\n"));
  socket.on("error", () => {});
  echoFrames(socket);
});

server.listen(Number(process.env.PORT), process.env.HOST ?? "127.0.0.1");
