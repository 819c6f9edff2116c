/**
 * The demo's service: a small shop on node:http with a PostgreSQL pool and an HTTP API for prices behind it.
 * It knows nothing of Reprise; that is its point.
 *
 *   PORT=8080 DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres PRICES_URL=http://127.0.0.1:9090 bun shop.ts
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import pg from "pg";

const env = (name: string, fallback: string): string => process.env[name] ?? fallback;
const pool = new pg.Pool({
  connectionString: env("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres"),
  max: 1,
});
const pricesUrl = env("PRICES_URL", "http://127.0.0.1:9090");

const reply = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

const priceOf = async (sku: string): Promise<number> => {
  const response = await fetch(`${pricesUrl}/prices/${sku}`);
  return ((await response.json()) as { cents: number }).cents;
};

const listProducts = async (response: ServerResponse): Promise<void> => {
  const { rows } = await pool.query("SELECT id, sku, name FROM products ORDER BY id");
  reply(response, 200, rows);
};

const showProduct = async (response: ServerResponse, id: number): Promise<void> => {
  const { rows } = await pool.query("SELECT id, sku, name, stock FROM products WHERE id = $1", [id]);
  const product = rows[0];
  if (!product) return reply(response, 404, { error: `no product ${id}` });
  reply(response, 200, { ...product, cents: await priceOf(product.sku) });
};

const placeOrder = async (response: ServerResponse, order: { product: number; quantity: number }): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const taken = await client.query(
      "UPDATE products SET stock = stock - $1 WHERE id = $2 AND stock >= $1 RETURNING sku, stock",
      [order.quantity, order.product],
    );
    const product = taken.rows[0];
    if (!product) {
      await client.query("ROLLBACK");
      return reply(response, 409, { error: "not enough in stock" });
    }
    const cents = (await priceOf(product.sku)) * order.quantity;
    const saved = await client.query("INSERT INTO orders (product, quantity, cents) VALUES ($1, $2, $3) RETURNING id", [
      order.product,
      order.quantity,
      cents,
    ]);
    await client.query("COMMIT");
    reply(response, 201, { id: saved.rows[0].id, cents, left: product.stock });
  } finally {
    client.release();
  }
};

const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const path = new URL(request.url ?? "/", "http://shop").pathname;
  const product = /^\/products\/(\d+)$/.exec(path);
  if (request.method === "GET" && path === "/products") return listProducts(response);
  if (request.method === "GET" && product) return showProduct(response, Number(product[1]));
  if (request.method === "POST" && path === "/orders") return placeOrder(response, JSON.parse(await bodyOf(request)));
  reply(response, 404, { error: "no such page" });
};

createServer((request, response) => {
  route(request, response).catch((error: Error) => reply(response, 500, { error: error.message }));
}).listen(Number(env("PORT", "8080")), () => console.log("shop is open"));
