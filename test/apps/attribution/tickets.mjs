// Tickets by Node: pg's Pool of five, http.Agent of five, fetch, undici's Pool and ioredis; see pg-go/tickets.
import { Agent, createServer, get } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(process.env.NODE_PATH + "/");
const pg = require("pg");
const { PORT, DATABASE_URL, UPSTREAM, POLL } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 5 });
const agent = new Agent({ keepAlive: true, maxSockets: 5 });

async function work(id) {
  await pool.query("INSERT INTO work (id, note) VALUES ($1, $2)", [id, `work ${id}`]);
  const drawn = await pool.query("SELECT nextval('tickets') AS ticket");
  const ticket = Number(drawn.rows[0].ticket);
  await pool.query("UPDATE work SET ticket = $2 WHERE id = $1", [id, ticket]);
  const found = await pool.query("SELECT note FROM work WHERE id = $1", [id]);
  return { id, ticket, note: found.rows[0].note };
}

// A transaction whose statements are not waited for one by one, and callbacks in place of promises.
async function transaction(id) {
  const client = await pool.connect();
  let ticket;
  try {
    void client.query("BEGIN");
    void client.query("INSERT INTO work (id, note) VALUES ($1, $2)", [id, `work ${id}`]);
    const drawn = client.query("SELECT nextval('tickets') AS ticket");
    ticket = Number((await drawn).rows[0].ticket);
    await client.query("COMMIT");
  } finally {
    client.release();
  }
  const note = await new Promise((resolve, reject) =>
    pool.query("SELECT note FROM work WHERE id = $1", [id], (error, found) =>
      error
        ? reject(error)
        : pool.query("SELECT note FROM work WHERE id = $1 AND true", [id], () => resolve(found.rows[0].note)),
    ),
  );
  return { id, ticket, note };
}

const ask = (path) =>
  new Promise((resolve, reject) => {
    get(UPSTREAM + path, { agent }, (response) => {
      let said = "";
      response.on("data", (bytes) => (said += bytes));
      response.on("end", () => resolve(said));
    }).on("error", reject);
  });
const fetched = async (path) => await (await fetch(UPSTREAM + path)).text();

const routes = {
  tickets: work,
  transaction,
  client: async (id) => ({ id, note: `${await ask(`/price?id=${id}`)} ${await ask(`/serial?id=${id}`)}` }),
  fetch: async (id) => ({ id, note: `${await fetched(`/price?id=${id}`)} ${await fetched(`/serial?id=${id}`)}` }),
};

if (POLL) setInterval(() => void Promise.all([ask("/rates"), fetched("/metrics")]).catch(() => {}), 100);
createServer(async (request, response) => {
  const [, route, id] = request.url.split("/");
  try {
    const found = await routes[route](Number(id));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(found));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}).listen(Number(PORT), "127.0.0.1");
