// A service with the features of HTTP/1 that Node's server has; prints its port.
import http from "node:http";
import zlib from "node:zlib";

const note = "long enough to be laid out line by line in a file, which begins at a hundred characters";
const answers = {
  "/json": (_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ id: 1, items: [{ n: 1 }, { n: 2.5 }], note }));
  },
  "/br": (_request, response) => {
    response.writeHead(200, { "Content-Encoding": "br", "content-type": "application/json" });
    response.end(zlib.brotliCompressSync(JSON.stringify({ coded: "yes" })));
  },
  "/deflate": (_request, response) => {
    response.writeHead(200, { "Content-Encoding": "deflate" });
    response.end(zlib.deflateSync("deflated text"));
  },
  "/trailers": (_request, response) => {
    response.setHeader("Trailer", "X-T");
    response.write("one");
    response.write("two");
    response.addTrailers({ "X-T": "end" });
    response.end();
  },
  "/half": (request, response) => {
    response.writeHead(200, { "Content-Length": "100" });
    response.write("only this", () => request.socket.destroy());
  },
  "/never": () => {},
  "/forever": (_request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    let n = 0;
    const timer = setInterval(() => response.write(`data: {"n":${n++}}\n\n`), 5);
    response.on("close", () => clearInterval(timer));
  },
};

const server = http.createServer((request, response) => {
  const answer = answers[request.url.split("?")[0]];
  if (answer) return answer(request, response);
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    response.writeHead(200, ["X-A", "1", "x-a", "2", "Content-Type", request.headers["content-type"] ?? "text/plain"]);
    response.end(Buffer.concat(parts));
  });
});
server.on("upgrade", (_request, socket) => {
  socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  socket.on("error", () => {});
  socket.on("end", () => socket.end());
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
