// The service by Node's http and ioredis or node-redis ($DRIVER): one connection for commands, one for each other purpose.
import { createServer } from "node:http";
import { clients } from "./clients.mjs";

const { PORT, CHANGE = "", DRIVER = "ioredis" } = process.env;
const redis = await clients[DRIVER]();

// Whoever waits for a message of the channel that is listened to all the time.
const waiting = new Map();
await redis.listen?.("news", (message) => waiting.get(message)?.(message));

const work = async () => {
  for (;;) {
    const job = await redis.nextJob("jobs");
    if (job !== null) await redis.call("RPUSH", `done:${job}`, String(Number(job) * 2));
  }
};
if (redis.nextJob !== undefined) work().catch(() => {});

const script = "return redis.call('INCRBY', KEYS[1], ARGV[1])";

const routes = {
  items: async (id) => {
    const asked = CHANGE === "another id" ? Number(id) + 1 : id;
    if (CHANGE === "other command") return { id: Number(id), name: await redis.call("HGET", `item:${id}`, "name") };
    const item = await redis.hash(`item:${asked}`);
    if (Object.keys(item).length === 0) return [404, { missing: Number(id) }];
    return { id: Number(id), ...item };
  },
  visits: async () => ({ n: await redis.call("INCR", "visits") }),
  slow: async (n) => {
    await redis.call("SET", `slow:${n}`, n);
    return { value: await redis.call("GET", `slow:${n}`), count: await redis.call("INCR", `count:${n}`) };
  },
  pipeline: async (count) => {
    const commands = Array.from({ length: Number(count) }, (_, n) => [
      ["SET", `p:${n}`, String(n)],
      ["GET", `p:${n}`],
    ]);
    const replies = await redis.pipeline(commands.flat());
    return { count: replies.length, sum: replies.reduce((sum, reply) => sum + (Number(reply) || 0), 0) };
  },
  transaction: async (n) => ({
    results: await redis.transaction([
      ["INCRBY", "account", n],
      ["RPUSH", "log", n],
    ]),
  }),
  watch: async (n) => await redis.watch(`w:${n}`, n),
  script: async (n) => ({ value: await redis.script(script, "scripted", n) }),
  binary: async () => ({
    hex: (await redis.binary("binary", Buffer.from(Uint8Array.from({ length: 256 }, (_, n) => n)))).toString("hex"),
  }),
  big: async () => ({ length: (await redis.big("big")).length }),
  publish: async (say) => ({
    message: await redis.once(`channel:${say}`, () => redis.call("PUBLISH", `channel:${say}`, say)),
  }),
  heard: async (say) => {
    const message = new Promise((resolve) => waiting.set(say, resolve));
    await redis.call("PUBLISH", "news", say);
    return { message: await message };
  },
  cached: async (key) => {
    const before = await redis.cached(key);
    await redis.call("INCR", key);
    let after = await redis.cached(key);
    const until = performance.now() + 5000;
    while (after === before && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      after = await redis.cached(key);
    }
    return { before, after };
  },
  work: async (n) => {
    await redis.call("RPUSH", "jobs", n);
    return { result: await redis.nextJob(`done:${n}`) };
  },
  database: async (n) => ({ value: await redis.other(n) }),
  types: async () => {
    await redis.call("DEL", "z", "s");
    await redis.call("ZADD", "z", "1.5", "one", "2", "two");
    await redis.call("SADD", "s", "only");
    return {
      scores: await redis.call("ZRANGE", "z", "0", "-1", "WITHSCORES"),
      members: await redis.call("SMEMBERS", "s"),
      nothing: await redis.call("GET", "nothing"),
      list: await redis.call("EVAL", "return {1, 'two', {3}, false}", "0"),
    };
  },
  failure: async () => {
    await redis.call("SET", "word", "abc");
    return { error: await redis.call("INCR", "word").then(String, (error) => error.message) };
  },
};

createServer(async (request, response) => {
  const [, name, argument] = request.url.split("/");
  const reply = (status, body) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  try {
    const result = await routes[name](argument);
    reply(...(Array.isArray(result) ? result : [200, result]));
  } catch (error) {
    reply(500, { error: String(error.message) });
  }
}).listen(Number(PORT), "127.0.0.1");
