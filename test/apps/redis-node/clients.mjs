// The two drivers behind one face: what a service asks of a Redis client.
import { Redis } from "ioredis";
import { createClient, createClientPool, createCluster, createSentinel, RESP_TYPES } from "redis";
import { createHash } from "node:crypto";

const { REDIS_URL, PROTOCOL = "2", POOL_SIZE = "4", CLUSTER, SENTINEL, GATHERS } = process.env;
const password = new URL(REDIS_URL).password;
const places = (list) =>
  list.split(",").map((place) => ({ host: place.split(":")[0], port: Number(place.split(":")[1]) }));
const sha = (script) => createHash("sha1").update(script).digest("hex");

async function byIoredis() {
  const enableAutoPipelining = GATHERS !== undefined;
  const options = { protocol: Number(PROTOCOL), maxRetriesPerRequest: 1, enableAutoPipelining };
  const open = (more = {}) => {
    const client =
      SENTINEL === undefined
        ? new Redis(REDIS_URL, { ...options, ...more })
        : new Redis({ sentinels: places(SENTINEL), name: "primary", password, ...options, ...more });
    client.on("error", () => {});
    return client;
  };
  const pool = Array.from({ length: Number(POOL_SIZE) }, () => open());
  let turn = 0;
  const client = () => pool[turn++ % pool.length];
  const blocking = new Map();
  const other = open({ db: 1 });
  return {
    call: (...words) => client().call(...words),
    hash: (key) => client().hgetall(key),
    pipeline: async (commands) =>
      (
        await client()
          .pipeline(commands.map(([name, ...rest]) => [name.toLowerCase(), ...rest]))
          .exec()
      ).map(([, reply]) => reply),
    transaction: async (commands) =>
      (
        await client()
          .multi(commands.map(([name, ...rest]) => [name.toLowerCase(), ...rest]))
          .exec()
      ).map(([, reply]) => reply),
    watch: async (key, value) => {
      const own = client();
      await own.watch(key);
      const before = await own.get(key);
      const done = await own.multi().set(key, value).exec();
      return { before, done: done !== null };
    },
    script: async (script, key, n) => {
      const own = client();
      try {
        return await own.evalsha(sha(script), 1, key, n);
      } catch (error) {
        if (!error.message.startsWith("NOSCRIPT")) throw error;
        return await own.eval(script, 1, key, n);
      }
    },
    binary: async (key, bytes) => {
      await client().set(key, bytes);
      return await client().getBuffer(key);
    },
    big: (key) => client().getBuffer(key),
    other: async (n) => {
      await other.set("d", n);
      return await other.get("d");
    },
    listen: async (channel, hear) => {
      const own = open();
      await own.subscribe(channel);
      own.on("message", (_, message) => hear(message));
    },
    once: async (channel, act) => {
      const own = open();
      const message = new Promise((resolve) => own.on("message", (_, text) => resolve(text)));
      await own.subscribe(channel);
      await act();
      const said = await message;
      await own.unsubscribe(channel);
      own.disconnect();
      return said;
    },
    nextJob: async (key) => {
      if (!blocking.has(key)) blocking.set(key, open());
      const [, job] = (await blocking.get(key).blpop(key, 0)) ?? [];
      if (key !== "jobs") blocking.get(key).disconnect();
      return job ?? null;
    },
  };
}

async function byNodeRedis() {
  const options = { url: REDIS_URL, RESP: Number(PROTOCOL) };
  const opened = async (more = {}) => {
    const client = createClient({ ...options, ...more });
    client.on("error", () => {});
    return await client.connect();
  };
  const pool = createClientPool(options, { minimum: 1, maximum: Number(POOL_SIZE) });
  pool.on("error", () => {});
  await pool.connect();
  const blocking = new Map();
  let caching = null;
  const other = await opened({ database: 1 });
  const bytes = pool.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  return {
    call: (...words) => pool.sendCommand(words),
    hash: async (key) => ({ ...(await pool.hGetAll(key)) }),
    pipeline: (commands) => pool.execute((client) => Promise.all(commands.map((words) => client.sendCommand(words)))),
    transaction: async (commands) => {
      const multi = pool.multi();
      for (const words of commands) multi.addCommand(words);
      return await multi.exec();
    },
    watch: (key, value) =>
      pool.execute(async (client) => {
        await client.watch(key);
        const before = await client.get(key);
        const done = await client.multi().set(key, value).exec();
        return { before, done: done !== null };
      }),
    script: async (script, key, n) => {
      const how = { keys: [key], arguments: [n] };
      try {
        return await pool.evalSha(sha(script), how);
      } catch (error) {
        if (!error.message.startsWith("NOSCRIPT")) throw error;
        return await pool.eval(script, how);
      }
    },
    binary: async (key, value) => {
      await pool.set(key, value);
      return await bytes.get(key);
    },
    big: (key) => bytes.get(key),
    other: async (n) => {
      await other.set("d", n);
      return await other.get("d");
    },
    listen: async (channel, hear) => await (await opened()).subscribe(channel, hear),
    /** By a client that keeps what it has read until the server says that it has changed. */
    cached: async (key) => await (caching ??= await opened({ clientSideCache: { ttl: 0, maxEntries: 0 } })).get(key),
    once: async (channel, act) => {
      const own = await opened();
      const { promise, resolve } = Promise.withResolvers?.() ?? {};
      let tell;
      const message = promise ?? new Promise((settle) => (tell = settle));
      await own.subscribe(channel, resolve ?? ((text) => tell(text)));
      await act();
      const said = await message;
      await own.unsubscribe(channel);
      await own.close();
      return said;
    },
    nextJob: async (key) => {
      if (!blocking.has(key)) blocking.set(key, await opened());
      const found = await blocking.get(key).blPop(key, 0);
      if (key !== "jobs") await blocking.get(key).close();
      return found?.element ?? null;
    },
  };
}

/** What one key is asked for, of whichever node has it. */
async function byIoredisCluster() {
  const cluster = new Redis.Cluster(places(CLUSTER), {
    redisOptions: { password },
    enableAutoPipelining: GATHERS !== undefined,
  });
  cluster.on("error", () => {});
  return {
    call: (...words) => cluster.call(...words),
    hash: (key) => cluster.hgetall(key),
    binary: async (key, bytes) => {
      await cluster.set(key, bytes);
      return await cluster.getBuffer(key);
    },
  };
}

async function byNodeRedisCluster() {
  const rootNodes = places(CLUSTER).map((socket) => ({ socket }));
  const cluster = createCluster({ rootNodes, defaults: { password, RESP: Number(PROTOCOL) } });
  cluster.on("error", () => {});
  await cluster.connect();
  const bytes = cluster.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  return {
    call: (...words) => cluster.sendCommand(words[1], false, words),
    hash: async (key) => ({ ...(await cluster.hGetAll(key)) }),
    binary: async (key, value) => {
      await cluster.set(key, value);
      return await bytes.get(key);
    },
  };
}

/** Commands alone: what else a sentinel's client can do is the client's. */
async function byNodeRedisSentinel() {
  const nodeClientOptions = { password, RESP: Number(PROTOCOL) };
  const sentinel = createSentinel({ name: "primary", sentinelRootNodes: places(SENTINEL), nodeClientOptions });
  sentinel.on("error", () => {});
  await sentinel.connect();
  const bytes = sentinel.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  return {
    call: (...words) => sentinel.sendCommand(false, words),
    hash: async (key) => ({ ...(await sentinel.hGetAll(key)) }),
    binary: async (key, value) => {
      await sentinel.set(key, value);
      return await bytes.get(key);
    },
  };
}

const alone = { ioredis: byIoredis, redis: SENTINEL === undefined ? byNodeRedis : byNodeRedisSentinel };
const clustered = { ioredis: byIoredisCluster, redis: byNodeRedisCluster };
export const clients = CLUSTER === undefined ? alone : clustered;
