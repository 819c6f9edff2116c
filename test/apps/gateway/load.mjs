/**
 * Clients that never rest: keep-alive connections which ask until they are told to stop (SIGTERM), and say every 100
 * answers how many came, and at the end what went wrong. `node load.mjs PORT CONNECTIONS [BODY_BYTES]`
 */
import { Agent, request } from "node:http";

const [port, connections, bodyBytes = 0] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const failures = [];
let answered = 0;
let isOver = false;

const told = (count) => count % 100 === 0 && console.log(`answered ${count}`);

const ask = (path) =>
  new Promise((resolve) => {
    const body = Buffer.alloc(bodyBytes, 97);
    const asked = request(
      { host: "127.0.0.1", port, path, agent, method: bodyBytes ? "POST" : "GET" },
      async (response) => {
        try {
          let said = "";
          for await (const part of response) said += part;
          if (response.statusCode === 200 && said.includes(path)) told(++answered);
          else failures.push(`${path}: ${response.statusCode} ${said.slice(0, 200)}`);
        } catch (error) {
          failures.push(`${path}: ${error}`);
        }
        resolve();
      },
    );
    asked.on("error", (error) => {
      failures.push(`${path}: ${error}`);
      resolve();
    });
    asked.end(body);
  });

const client = async (name) => {
  for (let i = 0; !isOver; i++) {
    await ask(`/item?client=${name}&n=${i}`);
  }
};

process.once("SIGTERM", () => (isOver = true));
await Promise.all(Array.from({ length: connections }, (_, name) => client(name)));
console.log(JSON.stringify({ answered, failures }));
process.exit(0);
