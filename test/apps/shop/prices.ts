/** The HTTP API behind the shop: prices by article number, a different one each time, so that a live call would show. */
import { createServer } from "node:http";

let asked = 0;
createServer((request, response) => {
  asked += 1;
  const sku = (request.url ?? "").split("/").pop();
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ sku, cents: 1000 + asked }));
}).listen(Number(process.env["PORT"] ?? "9090"), () => console.log("prices are up"));
