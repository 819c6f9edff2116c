// A service that terminates TLS itself on PORT and speaks clear text on CLEAR_PORT; it asks its DEPENDENCY.
import { readFileSync } from "node:fs";
import { createServer as createClear } from "node:http";
import { createServer } from "node:https";

const { PORT, CLEAR_PORT, DEPENDENCY, TLS_CERT, TLS_KEY, HOST = "::" } = process.env;

const answer = async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const asked = await fetch(`${DEPENDENCY}${request.url}`);
  const told = {
    path: request.url,
    method: request.method,
    length: Buffer.concat(chunks).length,
    asked: await asked.text(),
  };
  response.setHeader("x-client-port", String(request.socket.remotePort));
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(told));
};

createServer({ cert: readFileSync(TLS_CERT), key: readFileSync(TLS_KEY) }, answer).listen(Number(PORT), HOST);
createClear(answer).listen(Number(CLEAR_PORT), HOST);
