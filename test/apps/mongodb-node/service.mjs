// The service by Node's http and MongoDB's driver or Mongoose. The ids that it makes it looks up again and does not show.
import { createServer } from "node:http";
import { stores } from "./stores.mjs";

const { PORT, DRIVER = "mongodb" } = process.env;
const store = await stores[DRIVER]();

const routes = {
  items: async (n) => {
    const item = await store.item(Number(n));
    return item === null ? [404, { missing: Number(n) }] : { id: Number(n), name: item.name, price: item.price };
  },
  types: () => store.types(),
  visits: async () => ({ n: await store.visit() }),
  add: (name) => store.add(name),
  many: (count) => store.many(Number(count)),
  stream: (size) => store.stream(Number(size)),
  early: () => store.early(),
  update: (n) => store.update(Number(n)),
  totals: () => store.totals(),
  kinds: () => store.kinds(),
  failure: () => store.failure(),
  big: () => store.big(),
  slow: (n) => store.slow(Number(n)),
  transaction: (n) => store.transfer(Number(n), false),
  abort: (n) => store.transfer(Number(n), true),
  retry: (n) => store.retry(Number(n)),
  changes: (say) => store.changes(say),
};

createServer(async (request, response) => {
  const [, name, argument] = request.url.split("/");
  let [status, body] = [200, null];
  try {
    const answer = await routes[name](argument);
    [status, body] = Array.isArray(answer) && typeof answer[0] === "number" ? answer : [200, answer];
  } catch (error) {
    [status, body] = error.code === 11000 ? [200, { code: 11000 }] : [500, { code: error.code, error: error.message }];
  }
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}).listen(Number(PORT), "127.0.0.1");
