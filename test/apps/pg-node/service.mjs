// The service by Node's http and pg's Pool. Values are shown as the driver gives them, bytes as hex, dates as ISO texts.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import pg from "pg";
import copyStreams from "pg-copy-streams";
import Cursor from "pg-cursor";

const {
  PORT,
  DATABASE_URL,
  DATABASE_OPTIONS,
  POOL_SIZE = "4",
  CHANGE = "",
  IDLE_MS = "10000",
  MAX_USES = "0",
} = process.env;
const pool = new pg.Pool({
  connectionString: DATABASE_OPTIONS ? `${DATABASE_URL}?${DATABASE_OPTIONS}` : DATABASE_URL,
  max: Number(POOL_SIZE),
  idleTimeoutMillis: Number(IDLE_MS),
  maxUses: Number(MAX_USES) || Infinity,
});
// A connection that is lost while it is idle is the pool's to replace.
pool.on("error", () => {});

const itemColumns = "id, name, price, tags, attributes, created_at";
const oneItem = `SELECT ${itemColumns} FROM items WHERE id = $1`;
const otherItem = `${oneItem} AND price > 0`;

const shown = (value) => {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `bytes ${value.toString("hex")}`;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value;
};
const shownRow = (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(value)]));

class Refused extends Error {
  constructor(status, body) {
    super(JSON.stringify(body));
    Object.assign(this, { status, body });
  }
}

const inTransaction = async (act) => {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const result = await act(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
};

const withClient = async (act) => {
  const client = await pool.connect();
  try {
    return await act(client);
  } finally {
    client.release();
  }
};

const failing = {
  unique: ["INSERT INTO items (name) VALUES ($1)", ["item 1"]],
  syntax: ["SELEC 1"],
  "no-table": ["SELECT * FROM nowhere WHERE id = $1", [1]],
  division: ["SELECT 1 / $1::int", [0]],
};

const stateOf = async (asking) => {
  try {
    await asking;
    return "none";
  } catch (error) {
    return error.code;
  }
};

const read = async (cursor, count) =>
  await new Promise((resolve, reject) => cursor.read(count, (error, rows) => (error ? reject(error) : resolve(rows))));

const routes = {
  "GET /types/:id": async ({ id }) =>
    shownRow((await pool.query("SELECT * FROM every_type WHERE id = $1", [id])).rows[0]),
  "GET /echo": async () => {
    const at = new Date("2024-02-29T12:34:56.789Z");
    const values = [
      true,
      -7,
      42,
      "-9223372036854775808",
      0.1,
      "12345678901234567890.0123456789",
      "ü 漢 'q'",
      Buffer.from([0, 255, 16]),
      "2024-02-29",
      at,
      at,
      "26:00:00",
      "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
      { n: 1.5, s: ["x", null] },
      [1, -2, null],
      ["a b", '"q"', ""],
      null,
    ];
    const types =
      "bool int2 int4 int8 float8 numeric text bytea date timestamp timestamptz interval uuid jsonb int4[] text[] text".split(
        " ",
      );
    const text = `SELECT ${types.map((type, i) => `$${i + 1}::${type} AS c${i}`).join(", ")}`;
    return shownRow((await pool.query(text, values)).rows[0]);
  },
  "GET /items/:id": async ({ id }) => {
    const text = CHANGE === "other sql" ? otherItem : oneItem;
    const asked = Number(id) + (CHANGE === "another id" ? 1 : 0);
    const { rows } = await pool.query({ name: "one-item", text, values: [asked] });
    if (rows.length === 0) throw new Refused(404, { message: "not found" });
    const item = shownRow(rows[0]);
    if (CHANGE === "drop a field") delete item.price;
    if (CHANGE === "add a field") item.extra = true;
    if (CHANGE === "number to string") item.id = String(item.id);
    return item;
  },
  "GET /visits": async () =>
    (await pool.query("UPDATE counters SET n = n + 1 WHERE name = $1 RETURNING n", ["visits"])).rows[0],
  "POST /items": async (_, { name, price, tags, attributes }) => {
    const text = `INSERT INTO items (name, price, tags, attributes) VALUES ($1, $2, $3, $4) RETURNING ${itemColumns}`;
    return shownRow((await pool.query(text, [name, price, tags, attributes])).rows[0]);
  },
  "POST /transfers": async (_, { from, to, amount }) =>
    await inTransaction(async (client) => {
      await client.query("UPDATE accounts SET balance = balance + $1 WHERE id = $2", [amount, to]);
      await client.query("UPDATE accounts SET balance = balance - $1 WHERE id = $2", [amount, from]);
      return (await client.query("SELECT id, balance FROM accounts ORDER BY id")).rows;
    }),
  "GET /failures/transaction": async () =>
    await withClient(async (client) => {
      await client.query("BEGIN");
      const sqlstates = [
        await stateOf(client.query("SELECT 1 / $1::int", [0])),
        await stateOf(client.query("SELECT 2 / $1::int", [0])),
      ];
      await client.query("ROLLBACK");
      return { sqlstates, afterwards: (await client.query("SELECT 1 AS one")).rows[0].one };
    }),
  "GET /failures/:name": async ({ name }) => await pool.query(...failing[name]),
  "POST /batch": async (_, { names }) =>
    await inTransaction(async (client) => {
      // Asked without waiting: the driver queues them.
      const text = "INSERT INTO batched (name) VALUES ($1) RETURNING name, at";
      const results = await Promise.all(names.map((name) => client.query(text, [name])));
      const rows = results.map((result) => result.rows[0]);
      return { inserted: rows.length, names: rows.map((row) => row.name), times: rows.map((row) => shown(row.at)) };
    }),
  "POST /copy": async (_, { rows }) =>
    await withClient(async (client) => {
      const escaped = (text) => text.replace(/[\\\t\n]/g, (each) => ({ "\\": "\\\\", "\t": "\\t", "\n": "\\n" })[each]);
      const lines = rows.map((row) => row.map((value) => (value === null ? "\\N" : escaped(value))).join("\t") + "\n");
      const into = client.query(copyStreams.from("COPY copied (name, note) FROM STDIN"));
      await pipeline(Readable.from(lines), into);
      return { copied: into.rowCount };
    }),
  "GET /copy": async () =>
    await withClient(async (client) => {
      const chunks = [];
      for await (const chunk of client.query(
        copyStreams.to("COPY (SELECT name, note FROM copied ORDER BY name) TO STDOUT"),
      ))
        chunks.push(chunk);
      return { lines: Buffer.concat(chunks).toString().split("\n") };
    }),
  "GET /stream": async ({ size }) =>
    await withClient(async (client) => {
      const cursor = client.query(new Cursor("SELECT id, name FROM items WHERE id <= $1 ORDER BY id", [40]));
      const pages = [];
      for (let rows = await read(cursor, Number(size)); rows.length > 0; rows = await read(cursor, Number(size)))
        pages.push(rows);
      await cursor.close();
      return pages;
    }),
  "GET /slow/:n": async ({ n }) =>
    (await pool.query("SELECT $1::int AS n, pg_sleep(0.05)", [n])).rows.map((row) => ({ n: row.n }))[0],
  "GET /bulk": async ({ mb }) =>
    await withClient(async (client) => {
      const text = "SELECT repeat(md5(i::text), 512) AS row FROM generate_series(1, $1::int) i";
      const cursor = client.query(new Cursor(text, [Number(mb) * 64]));
      const hash = createHash("sha256");
      let [count, bytes] = [0, 0];
      for (let rows = await read(cursor, 100); rows.length > 0; rows = await read(cursor, 100)) {
        for (const { row } of rows) {
          hash.update(row);
          count++;
          bytes += row.length;
        }
      }
      return { rows: count, bytes, sha256: hash.digest("hex") };
    }),
  "GET /listen": async ({ say }) =>
    await withClient(async (client) => {
      const heard = new Promise((resolve) => client.once("notification", resolve));
      await client.query("LISTEN news");
      await pool.query("SELECT pg_notify('news', $1)", [say]);
      const { channel, payload } = await heard;
      await client.query("UNLISTEN news");
      return { channel, payload };
    }),
  "GET /rest": async ({ ms }) => {
    await new Promise((resolve) => setTimeout(resolve, Number(process.env.REST_MS ?? ms)));
    return (await pool.query("SELECT 'rested' AS how, $1::int AS ms", [ms])).rows[0];
  },
  "GET /several": async () =>
    (await pool.query("SELECT 1 AS a; SELECT 2 AS b, 3 AS c; UPDATE counters SET n = n WHERE false")).map(
      ({ command, rows }) => [command, rows],
    ),
  "GET /arrays": async () =>
    (await pool.query({ text: "SELECT id, score FROM (VALUES (1, 1.50), (2, NULL)) v (id, score)", rowMode: "array" }))
      .rows,
};

/** What services do now and then, each on one connection. */
const misc = {
  savepoint: async (client) => {
    await client.query("BEGIN");
    await client.query("SAVEPOINT here");
    const refused = await stateOf(client.query("INSERT INTO items (name) VALUES ('item 1')"));
    await client.query("ROLLBACK TO SAVEPOINT here");
    const { rows } = await client.query("SELECT count(*) FROM items WHERE name = 'item 1'");
    await client.query("COMMIT");
    return [refused, rows];
  },
  "several-fails": async (client) => [
    await stateOf(client.query("SELECT 1; SELECT 1/0; SELECT 2")),
    (await client.query("SELECT 'after' AS then")).rows,
  ],
  "half-rows": async (client) => {
    const cursor = client.query(new Cursor("SELECT 10 / (5 - i) AS q FROM generate_series(1, 10) i"));
    const rows = await read(cursor, 3);
    return [rows, await stateOf(read(cursor, 10)), (await client.query("SELECT 1 AS one")).rows];
  },
  empty: async (client) => [(await client.query("")).command, (await client.query("-- a comment")).rows],
  large: async (client) => {
    const text = "0123456789abcdef".repeat(100_000);
    return (
      await client.query("SELECT length($1::text) AS l, md5($1::text) AS m, md5($2::bytea) AS b", [
        text,
        Buffer.from(text),
      ])
    ).rows;
  },
  session: async (client) => {
    const answers = [];
    const asked = [
      "SET TIME ZONE 'Asia/Tokyo'",
      "SHOW TIME ZONE",
      "SELECT '2024-02-29 12:00+00'::timestamptz::text AS at",
      "RESET ALL",
      "SHOW TIME ZONE",
      "DISCARD ALL",
    ];
    for (const text of asked) answers.push((await client.query(text)).rows);
    return answers;
  },
  notice: async (client) => {
    const heard = [];
    client.on("notice", ({ severity, message }) => heard.push([severity, message]));
    await client.query("DO $$ BEGIN RAISE NOTICE 'look %', 1; RAISE WARNING 'out'; END $$");
    client.removeAllListeners("notice");
    return heard;
  },
  ddl: async (client) => {
    const answers = [];
    const asked = [
      "SELECT * FROM made",
      "CREATE TABLE made (id serial, note text)",
      "SELECT * FROM made",
      "INSERT INTO made (note) VALUES ('a') RETURNING *",
      "SELECT * FROM made",
      "DROP TABLE made",
    ];
    for (const text of asked)
      answers.push(
        await client.query(text).then(
          ({ rows }) => rows,
          ({ code }) => code,
        ),
      );
    return answers;
  },
  // One text with several answers of different columns by the values given.
  "multi-values": async (client) => {
    const answers = [];
    for (const values of [
      ["a", 1],
      ["b", 2],
      ["a", 1],
      [null, null],
    ]) {
      const { rows, fields } = await client.query(
        "SELECT $1::text AS t, $2::int AS n, clock_timestamp()::text AS at",
        values,
      );
      answers.push([rows, fields.map(({ name, dataTypeID }) => [name, dataTypeID])]);
    }
    return answers;
  },
  "unnamed-twice": async (client) => {
    const ask = async (name) =>
      (await client.query({ ...(name && { name }), text: "SELECT nextval('items_id_seq') AS n" })).rows[0].n;
    return [await ask(), await ask(), await ask("seq"), await ask("seq"), await ask()];
  },
  queued: async (client) => {
    const asked = [
      client.query("SELECT 1 AS a"),
      client.query("SELECT 1/0"),
      client.query("SELECT $1::int AS b", [2]),
      client.query("SELEC 3"),
    ];
    return (await Promise.allSettled(asked)).map(({ value, reason }) => value?.rows ?? reason.code);
  },
};
routes["GET /misc/:name"] = async ({ name }) => await withClient(misc[name]);

const matchers = Object.entries(routes).map(([pattern, route]) => {
  const [method, path] = pattern.split(" ");
  return { method, route, path: new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`) };
});

const answer = async (request) => {
  const url = new URL(request.url, "http://service");
  const found = matchers.find(({ method, path }) => method === request.method && path.test(url.pathname));
  if (found === undefined) return [404, { message: "no such route" }];
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = chunks.length === 0 ? null : JSON.parse(Buffer.concat(chunks).toString());
  const values = { ...Object.fromEntries(url.searchParams), ...found.path.exec(url.pathname).groups };
  try {
    return [200, await found.route(values, body)];
  } catch (error) {
    if (error instanceof Refused) return [error.status, error.body];
    if (error instanceof pg.DatabaseError) return [409, { sqlstate: error.code, message: error.message }];
    return [500, { message: String(error) }];
  }
};

createServer(async (request, response) => {
  const [status, body] = await answer(request);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}).listen(Number(PORT), "127.0.0.1");
