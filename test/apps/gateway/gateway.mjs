/**
 * A service with a dependency, on node:http: what it is asked it asks in turn, and tells what was answered.
 * The header x-dependency: HOST:PORT names another one than DEPENDENCY.
 */
import { Agent, createServer, request } from "node:http";

const agent = new Agent({ keepAlive: true });

const ask = (base, { method, headers }, path, body) =>
  new Promise((resolve, reject) => {
    const type = headers["content-type"] ? { "content-type": headers["content-type"] } : {};
    const length = body.length > 0 ? { "content-length": body.length } : {};
    const asked = request(base + path, { method, agent, headers: { ...type, ...length } }, (response) => {
      bodyOf(response).then((said) => resolve({ status: response.statusCode, said: said.toString() }), reject);
    });
    asked.on("error", reject);
    asked.end(body);
  });

const bodyOf = async (incoming) => {
  const parts = [];
  for await (const part of incoming) parts.push(part);
  return Buffer.concat(parts);
};

createServer(async (incoming, outgoing) => {
  const at = incoming.headers["x-dependency"];
  const base = at ? `http://${at}` : process.env.DEPENDENCY;
  try {
    const answer = await ask(base, incoming, incoming.url, await bodyOf(incoming));
    outgoing.writeHead(200, { "content-type": "application/json" });
    outgoing.end(JSON.stringify(answer));
  } catch (error) {
    outgoing.writeHead(502, { "content-type": "text/plain" });
    outgoing.end(String(error));
  }
}).listen(Number(process.env.PORT), "127.0.0.1");
