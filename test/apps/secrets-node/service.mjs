// A service through which secrets pass: what it is sent goes to PostgreSQL, to Redis and to an HTTP API, and comes back.
// $PORT, $DATABASE_URL, $REDIS_URL, $API_URL; it signs in at the API with $API_KEY and with what is in $KEY_FILE, and checks
// tokens with $SIGNING_KEY.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { Pool } = require("pg");
const { default: Redis } = require("ioredis");

const { PORT, DATABASE_URL, REDIS_URL, API_URL, API_KEY, SIGNING_KEY, KEY_FILE } = process.env;
const clientSecret = readFileSync(KEY_FILE, "utf8").trim();
const pool = new Pool({ connectionString: DATABASE_URL, max: 2 });
const redis = new Redis(REDIS_URL);
await pool.query("CREATE TABLE IF NOT EXISTS vault (name text PRIMARY KEY, password text, payload text)");

/** What a table of secrets is asked for. */
async function inDatabase(name, payload, password) {
  const insert =
    "INSERT INTO vault (name, password, payload) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET payload = $3";
  await pool.query(insert, [name, password, payload]);
  if (/^[\w.-]+$/.test(password)) await pool.query(`UPDATE vault SET password = '${password}' WHERE name = '${name}'`);
  const { rows } = await pool.query("SELECT name, password, payload FROM vault WHERE name = $1", [name]);
  return rows[0];
}

async function inCache(name, payload, password) {
  await redis.set(`session:${name}`, payload, "EX", 600);
  await redis.hset(`user:${name}`, "name", name, "password", password);
  return [await redis.get(`session:${name}`), await redis.hget(`user:${name}`, "password")];
}

async function atApi(name, payload, headers) {
  const key = encodeURIComponent(headers["x-api-key"] ?? "none");
  const answer = await fetch(`${API_URL}/in/${name}?api_key=${key}&client_secret=${clientSecret}&q=1`, {
    method: "POST",
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": headers["content-type"] ?? "text/plain" },
    body: payload,
  });
  return { status: answer.status, cookie: answer.headers.get("set-cookie"), body: await answer.text() };
}

function isSigned(header) {
  const [, head, payload, signature] = /^Bearer (ey[\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(header ?? "") ?? [];
  if (head === undefined) return null;
  return createHmac("sha256", SIGNING_KEY).update(`${head}.${payload}`).digest("base64url") === signature;
}

const server = createServer(async (request, response) => {
  try {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { pathname, searchParams } = new URL(request.url, "http://x");
    const name = pathname.split("/").at(-1);
    const password = searchParams.get("password") ?? request.headers["x-api-key"] ?? "none";
    const row = await inDatabase(name, body, password);
    const cached = await inCache(name, body, password);
    const api = await atApi(name, body, request.headers);
    if (api.cookie !== null) response.setHeader("set-cookie", [api.cookie, "theme=dark; Path=/"]);
    const echoed = { authorization: request.headers.authorization, cookie: request.headers.cookie };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ name, signed: isSigned(request.headers.authorization), row, cached, api, echoed }));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error?.stack ?? error));
  }
});
server.listen(Number(PORT), "127.0.0.1");
