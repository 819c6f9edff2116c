/** A small service that asks a dependency for people and keeps orders there; CHANGE makes it another program. */
import { createServer, request } from "node:http";

const change = process.env.CHANGE;
const is = (name) => change === name;

const ask = (path, method = "GET", body = "") =>
  new Promise((resolve, reject) => {
    const asked = request(process.env.DEPENDENCY + path, { method }, async (response) => {
      let said = "";
      for await (const part of response) said += part;
      resolve(said.startsWith("{") ? JSON.parse(said) : {});
    });
    asked.on("error", reject);
    asked.end(body);
  });

const user = async () => {
  const path = `/people/${is("another id") ? 8 : 7}?of=${is("another query") ? "market" : "shop"}`;
  const found = is("ask nobody") ? { name: "user ?of=shop" } : await ask(path);
  if (is("ask twice")) await ask(path);
  const answer = { name: found.name, email: "ann@shop.test", age: 41, score: 1, boss: null };
  if (is("drop a field")) delete answer.email;
  if (is("add a field")) answer.nick = "annie";
  if (is("number to string")) answer.age = "41";
  if (is("1 to 1.5")) answer.score = 1.5;
  if (is("null to absent")) delete answer.boss;
  return answer;
};

const json = (response, value) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
};

const text = (response) => {
  response.setHeader("content-type", "text/plain");
  if (!is("drop a header")) response.setHeader("X-Version", is("other header") ? "2" : "1");
  if (is("add a header")) response.setHeader("X-Extra", "1");
  response.statusCode = is("other status") ? 203 : 200;
  response.end(is("other text") ? "plain test\n" : "plain text\n");
};

const bytes = (response) => {
  response.setHeader("content-type", "application/octet-stream");
  response.end(Buffer.from([0, 255, 254, is("other bytes") ? 7 : 8, 1]));
};

const empty = (response) => {
  response.statusCode = is("a body where none was") ? 200 : 204;
  response.end(is("a body where none was") ? "here" : undefined);
};

const list = (response) => {
  const items = [{ name: "a" }, { name: is("in a list") ? "c" : "b" }];
  if (is("longer list")) items.push({ name: "c" });
  json(response, { items });
};

createServer(async (incoming, response) => {
  const pages = { "/text": text, "/bytes": bytes, "/empty": empty, "/list": list };
  const page = pages[incoming.url];
  if (page) return page(response);
  if (incoming.url === "/orders") {
    for await (const _ of incoming);
    return json(response, await ask("/orders/1", "POST", JSON.stringify({ sku: is("another body") ? "cup" : "tea" })));
  }
  json(response, await user());
}).listen(Number(process.env.PORT), "127.0.0.1");
