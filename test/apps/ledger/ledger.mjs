// Writes entries whose id, instant and trace it makes itself, as parameters of a statement.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import pg from "pg";

const { PORT, DATABASE_URL, CHANGE = "" } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL });

createServer(async (request, response) => {
  const note = new URL(request.url, "http://ledger").searchParams.get("note");
  const detail = JSON.stringify({ trace: randomUUID(), kind: CHANGE === "kind" ? "b" : "a" });
  try {
    const { rows } = await pool.query(
      "INSERT INTO entries (id, made, note, detail) VALUES ($1, $2, $3, $4) RETURNING note",
      [randomUUID(), new Date(), CHANGE === "note" ? `${note}!` : note, detail],
    );
    response.end(JSON.stringify({ note: rows[0].note }));
  } catch (error) {
    response.writeHead(500).end(JSON.stringify({ failed: error.message }));
  }
}).listen(Number(PORT), "127.0.0.1");
