// Asks the Node service one thing after the other on one connection; prints what it got.
import http from "node:http";

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const base = { port: process.argv[2], host: "127.0.0.1", agent };

const ask = (method, path, headers = {}, ...parts) =>
  new Promise((resolve, reject) => {
    const request = http.request({ ...base, method, path, headers: { Host: "shop.test", ...headers } }, (response) => {
      let text = "";
      response.setEncoding("latin1");
      response.on("data", (data) => (text += data));
      response.on("end", () => {
        console.log(method, path, response.statusCode, JSON.stringify(text), JSON.stringify(response.trailers));
        resolve();
      });
    });
    request.on("error", reject);
    for (const part of parts) request.write(part);
    request.end();
  });

await ask("GET", "/json?x=1");
await ask("GET", "/br");
await ask("GET", "/deflate");
await ask("GET", "/trailers", { TE: "trailers" });
await ask("POST", "/form", { "Content-Type": "application/x-www-form-urlencoded" }, "b=2&a=1%20x");
await ask("PUT", "/chunks", {}, "ab", "cd", "efg");
await ask("POST", "/none", { "Content-Length": 0 });
await ask("HEAD", "/json");
await ask("DELETE", "/json");
agent.destroy();
