/** The shop's PostgreSQL: PGlite behind its socket server, with three products in it. */
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

const db = await PGlite.create();
await db.exec(`
  CREATE TABLE products (id serial PRIMARY KEY, sku text NOT NULL, name text NOT NULL, stock int NOT NULL);
  CREATE TABLE orders (id serial PRIMARY KEY, product int NOT NULL, quantity int NOT NULL, cents int NOT NULL);
  INSERT INTO products (sku, name, stock) VALUES ('tea', 'Green tea', 12), ('cup', 'A cup', 3), ('pot', 'A pot', 1);
`);
await new PGLiteSocketServer({ db, port: Number(process.env["PORT"] ?? "5432"), host: "127.0.0.1" }).start();
console.log("database is up");
