/** A service with two dependencies: `/http` asks one by HTTP, `/lines` asks one line of the other over bare TCP. */
import { request, createServer } from "node:http";
import { connect } from "node:net";

const byHttp = (incoming, outgoing) => {
  const { url, method } = incoming;
  const to = { host: "127.0.0.1", port: process.env.HTTP_PORT, path: url, method };
  const asked = request(to, (answer) => answer.pipe(outgoing));
  asked.on("error", () => outgoing.destroy());
  incoming.pipe(asked);
};

const byLine = ({ url }, outgoing) => {
  const socket = connect(Number(process.env.LINES_PORT), "127.0.0.1", () => socket.write(`${url}\n`));
  let said = "";
  socket.on("data", (bytes) => {
    said += bytes;
    if (!said.endsWith("\n")) return;
    socket.end();
    outgoing.end(said);
  });
  socket.on("error", () => outgoing.destroy());
};

createServer((incoming, outgoing) => (incoming.url.startsWith("/http") ? byHttp : byLine)(incoming, outgoing)).listen(
  Number(process.env.PORT),
  "127.0.0.1",
);
