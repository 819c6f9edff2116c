// A service with MySQL behind it, by mysql2's pool: listens on 127.0.0.1:$PORT, asks $MYSQL_URL with $POOL_SIZE connections
// in text or prepared ($ASKS: query or execute), and differs by $CHANGE from the program that was recorded.
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import mysql from "mysql2/promise";

const { PORT, MYSQL_URL, MYSQL_ROWS, MYSQL_TLS = "", POOL_SIZE = "5", ASKS = "query", CHANGE = "" } = process.env;

const pool = mysql.createPool({
  uri: MYSQL_URL,
  connectionLimit: Number(POOL_SIZE),
  supportBigNumbers: true,
  bigNumberStrings: true,
  dateStrings: true,
  enableCleartextPlugin: true,
  ...(MYSQL_TLS === "" ? {} : { ssl: { rejectUnauthorized: false } }),
});

const ask = async (sql, values = []) => (await pool[ASKS](sql, values))[0];

/** Rows of whatever form as text: bytes in hexadecimal, several results one behind the other. */
const shown = (rows) => JSON.parse(JSON.stringify(rows, (_, cell) => (cell?.type === "Buffer" ? hex(cell) : cell)));
const hex = ({ data }) => Buffer.from(data).toString("hex");

const transaction = async (act) => {
  const connection = await pool.getConnection();
  try {
    await connection.beginTransaction();
    const value = await act(connection);
    await connection.commit();
    return value;
  } finally {
    connection.release();
  }
};

const routes = {
  items: async (id) => {
    const sql = `SELECT id, name, price FROM items WHERE id = ?${CHANGE === "other sql" ? " AND name IS NOT NULL" : ""}`;
    const [item] = await ask(sql, [CHANGE === "another id" ? Number(id) + 1 : Number(id)]);
    return item ?? [404, {}];
  },
  visits: () =>
    transaction(async (connection) => {
      await connection[ASKS]("UPDATE visits SET n = n + ?", [1]);
      return (await connection[ASKS]("SELECT n FROM visits"))[0][0];
    }),
  types: () => ask("SELECT * FROM types WHERE a < ?", [100]),
  "types-text": async () => (await pool.query("SELECT * FROM types"))[0],
  echo: () => ask("SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e", ["ü 漢 'q'", 0.5, null, Buffer.from([0, 255]), "x"]),
  insert: async (name) => ({
    id: (await ask("INSERT INTO items (name, price) VALUES (?, ?)", [name, "1.25"])).insertId,
  }),
  failure: () => ask("SELECT * FROM nowhere WHERE id = ?", [1]),
  call: async (n) => (await ask("CALL both_of(?, @m)", [Number(n)])).filter((each) => Array.isArray(each)),
  load: async () => {
    const sql = "LOAD DATA LOCAL INFILE 'rows' INTO TABLE loaded FIELDS TERMINATED BY ','";
    await pool.query({ sql, infileStreamFactory: () => createReadStream(MYSQL_ROWS) });
    return await ask("SELECT COUNT(*) AS n FROM loaded");
  },
  slow: (n) => ask("SELECT ? AS n, SLEEP(0.02) AS slept", [n]),
  big: async (n) => {
    let sum = 0;
    for (const { text } of await ask(`SELECT REPEAT(CHAR(65 + seq % 26), 1048576) AS text FROM seq_1_to_${Number(n)}`))
      sum += text.length + Buffer.from(text).at(-1);
    return { sum };
  },
  long: () => ask("SELECT LENGTH(?) AS n", ["x".repeat(17 << 20)]),
};

const answer = async (url) => {
  const [, name, argument] = url.split("/");
  try {
    const value = await routes[name](argument);
    return Array.isArray(value) && value[0] === 404 ? value : [200, shown(value)];
  } catch (error) {
    if (error.errno === undefined || error.sqlState === undefined) return [500, { error: String(error.stack) }];
    return [200, { code: error.errno, state: error.sqlState, message: error.sqlMessage }];
  }
};

createServer(async (request, response) => {
  const [status, body] = await answer(request.url);
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}).listen(Number(PORT), "127.0.0.1");
