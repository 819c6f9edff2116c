"""The shop on psycopg 3: bound parameters, statements prepared after five executions, pipelines, COPY, binary rows."""
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

import shop
from shop import POOL_SIZE, URL


class Shop:
    def __init__(self):
        checks = {"check": ConnectionPool.check_connection} if POOL_SIZE % 2 == 0 else {}
        self.pool = ConnectionPool(URL, min_size=1, max_size=POOL_SIZE, open=True, kwargs={"row_factory": dict_row}, **checks)

    def rows(self, sql, values=None, binary=False):
        with self.pool.connection() as connection:
            return connection.execute(sql, values, binary=binary).fetchall()

    def types(self, key):
        sql = "SELECT * FROM every_type WHERE id = %s"
        # pt has no binary form that psycopg reads, so only the text is whole.
        return 200, {"text": self.rows(sql, (key,))[0], "binary": self.rows(sql, (key,), binary=True)[0]}

    def echo(self):
        columns = ", ".join(f"%s::{kind} AS v{n}" for n, (kind, _) in enumerate(shop.ECHO))
        binary = ", ".join(f"%b::{kind} AS v{n}" for n, (kind, _) in enumerate(shop.ECHO))
        values = [value for _, value in shop.ECHO]
        return 200, {"text": self.rows(f"SELECT {columns}", values)[0], "binary": self.rows(f"SELECT {binary}", values, True)[0]}

    def item(self, key):
        found = self.rows(shop.item_query("%s"), (key,))
        return (200, shop.changed(found[0])) if found else (404, {"missing": key})

    def add_item(self, item):
        values = {**item, "attributes": Jsonb(item["attributes"])}
        sql = "INSERT INTO items (name, price, tags, attributes) VALUES (%(name)s, %(price)s, %(tags)s, %(attributes)s) RETURNING *"
        return 200, self.rows(sql, values)[0]

    def visit(self):
        return 200, self.rows("UPDATE counters SET n = n + 1 WHERE name = %s RETURNING n", ("visits",))[0]

    def transfer(self, source, target, amount):
        try:
            with self.pool.connection() as connection, connection.transaction():
                connection.execute("UPDATE accounts SET balance = balance + %s WHERE id = %s", (amount, target))
                connection.execute("UPDATE accounts SET balance = balance - %s WHERE id = %s", (amount, source))
                return 200, connection.execute("SELECT id, balance FROM accounts ORDER BY id").fetchall()
        except psycopg.Error as error:
            return 409, {"sqlstate": error.sqlstate, "constraint": error.diag.constraint_name}

    def fail(self, sql):
        try:
            return 200, self.rows(sql)
        except psycopg.Error as error:
            return 422, {"sqlstate": error.sqlstate, "message": str(error), "position": error.diag.statement_position}

    def failed_transaction(self):
        states = []
        with self.pool.connection() as connection:
            for sql in ("INSERT INTO batched (name) VALUES ('never')", "SELECT 1 / 0", "SELECT 1"):
                try:
                    connection.execute(sql)
                except psycopg.Error as error:
                    states.append(error.sqlstate)
            connection.rollback()
            counted = connection.execute("SELECT count(*) AS n FROM accounts WHERE id = %s", (1,)).fetchone()
            return 200, {"sqlstates": states, "afterwards": counted["n"]}

    def batch(self, names):
        with self.pool.connection() as connection, connection.cursor() as cursor:
            sql = "INSERT INTO batched (name) VALUES (%s) RETURNING name"
            cursor.executemany(sql, [(name,) for name in names], returning=True)
            inserted = [cursor.fetchone()["name"]]
            while cursor.nextset():
                inserted.append(cursor.fetchone()["name"])
            return 200, {"inserted": len(inserted), "names": inserted}

    def copy_in(self, rows):
        with self.pool.connection() as connection, connection.cursor() as cursor:
            with cursor.copy("COPY copied (name, note) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return 200, {"copied": cursor.rowcount}

    def copy_out(self):
        with self.pool.connection() as connection, connection.cursor() as cursor:
            with cursor.copy("COPY (SELECT name, note FROM copied ORDER BY name) TO STDOUT (FORMAT binary)") as copy:
                copy.set_types(["text", "text"])
                return 200, {"rows": list(copy.rows())}

    def stream(self, size):
        with self.pool.connection() as connection, connection.cursor("items_cursor") as cursor:
            cursor.itersize = size
            cursor.execute("SELECT name FROM items WHERE id <= %s ORDER BY id", (40,))
            return 200, [row["name"] for row in cursor]

    def slow(self, n):
        return 200, self.rows("SELECT %s::int AS n FROM pg_sleep(0.03)", (n,))[0]

    def pipeline(self):
        """Several statements before the first answer, one of them failing, then a sync that recovers."""
        seen = []
        with self.pool.connection() as connection:
            with connection.pipeline() as pipeline:
                cursors = [connection.execute("SELECT name FROM items WHERE id = %s", (key,)) for key in (11, 12, 13)]
                seen.append([cursor.fetchone()["name"] for cursor in cursors])
                try:
                    connection.execute("SELECT 1 / %s", (0,))
                    pipeline.sync()
                except psycopg.Error as error:
                    seen.append(error.sqlstate)
            connection.rollback()
            for row in connection.cursor().stream("SELECT id FROM items WHERE id <= %s ORDER BY id", (3,)):
                seen.append(row["id"])
        return 200, seen


if __name__ == "__main__":
    shop.serve(Shop())
