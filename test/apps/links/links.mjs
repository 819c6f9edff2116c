/**
 * A shortener of links, as the sample of Keploy's blog is one, with a price list behind it by HTTP and by name, and a
 * store that speaks a protocol of its own. CHANGED names what another version of it does otherwise.
 */
import { createServer, get } from "node:http";
import { connect } from "node:net";

const changed = process.env.CHANGED ?? "";

const bodyOf = async (incoming) => {
  const parts = [];
  for await (const part of incoming) parts.push(part);
  return Buffer.concat(parts).toString();
};

const price = (id) =>
  new Promise((resolve, reject) => {
    const headers = { accept: "application/json" };
    get(`http://prices.links.test:9001/price?id=${id}&in=EUR`, { headers }, (answer) => {
      bodyOf(answer).then((body) => resolve({ status: answer.statusCode, body }), reject);
    }).on("error", reject);
  });

/** Asks with four bytes, then with a line. */
const stored = () =>
  new Promise((resolve, reject) => {
    const said = [];
    const socket = connect(7777, "10.1.2.3", () => socket.write(Buffer.from([0, 1, 2, 255])));
    socket.on("error", reject);
    socket.on("data", (bytes) => {
      said.push(bytes.toString());
      if (said.length === 1) socket.write("LEN links\r\n");
      else socket.end();
    });
    socket.on("close", () => resolve(said.join("").trim().split("\r\n")));
  });

const answers = {
  "POST /url": async (request) => {
    const { url } = JSON.parse(await bodyOf(request));
    const short = url.includes("keploy") ? "none" : "4KepjkTT";
    return { ts: 1701155371, url: `http://localhost:8082/${short}` };
  },
  "GET /price/7": async () => {
    const { status, body } = await price(changed === "query" ? 8 : 7);
    if (status !== 200) return { error: body };
    const { amount, currency } = JSON.parse(body);
    const shown = changed === "field" ? { amount: String(amount) } : { amount };
    return { id: Math.random().toString(16).slice(2), at: Date.now(), ...shown, currency };
  },
  "GET /stored": async () => ({ stored: await stored() }),
};

createServer(async (request, response) => {
  if (request.url === "/events") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    return response.end("event: link\ndata: one\n\n" + `data: ${changed === "event" ? "three" : "two"}\n\n`);
  }
  const answer = answers[`${request.method} ${request.url}`];
  try {
    const body = JSON.stringify(answer ? await answer(request) : { error: "not found" });
    response.writeHead(answer ? 200 : 404, { "content-type": "application/json; charset=UTF-8" });
    response.end(`${body}\n`);
  } catch (error) {
    response.writeHead(502, { "content-type": "text/plain" });
    response.end(String(error));
  }
}).listen(8082);
