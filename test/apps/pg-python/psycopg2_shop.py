"""The shop on psycopg2: simple queries with the values written into the SQL, named cursors, COPY."""
import io
import threading
from contextlib import contextmanager

import psycopg2
import psycopg2.extras
import psycopg2.pool
from psycopg2.extras import Json, RealDictCursor, execute_batch, execute_values

import shop
from shop import POOL_SIZE, URL

psycopg2.extras.register_uuid()


class Shop:
    def __init__(self):
        self.pool = psycopg2.pool.ThreadedConnectionPool(1, POOL_SIZE, URL)
        # psycopg2's pool raises where others wait.
        self.free = threading.Semaphore(POOL_SIZE)

    @contextmanager
    def connection(self):
        with self.free:
            connection = self.pool.getconn()
            try:
                with connection:
                    yield connection
            finally:
                self.pool.putconn(connection)

    def rows(self, sql, values=None):
        with self.connection() as connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute(sql, values)
            return [dict(row) for row in cursor.fetchall()]

    def types(self, key):
        return 200, self.rows("SELECT * FROM every_type WHERE id = %s", (key,))[0]

    def echo(self):
        columns = ", ".join(f"%s::{kind} AS v{n}" for n, (kind, _) in enumerate(shop.ECHO))
        return 200, self.rows(f"SELECT {columns}", [value for _, value in shop.ECHO])[0]

    def item(self, key):
        found = self.rows(shop.item_query("%s"), (key,))
        return (200, shop.changed(found[0])) if found else (404, {"missing": key})

    def add_item(self, item):
        values = (item["name"], item["price"], item["tags"], Json(item["attributes"]))
        sql = "INSERT INTO items (name, price, tags, attributes) VALUES (%s, %s, %s, %s) RETURNING *"
        return 200, self.rows(sql, values)[0]

    def visit(self):
        return 200, self.rows("UPDATE counters SET n = n + 1 WHERE name = 'visits' RETURNING n")[0]

    def transfer(self, source, target, amount):
        try:
            with self.connection() as connection, connection.cursor() as cursor:
                cursor.execute("UPDATE accounts SET balance = balance + %s WHERE id = %s", (amount, target))
                cursor.execute("UPDATE accounts SET balance = balance - %s WHERE id = %s", (amount, source))
                cursor.execute("SELECT id, balance FROM accounts ORDER BY id")
                return 200, cursor.fetchall()
        except psycopg2.Error as error:
            return 409, {"sqlstate": error.pgcode, "constraint": error.diag.constraint_name}

    def fail(self, sql):
        try:
            return 200, self.rows(sql)
        except psycopg2.Error as error:
            return 422, {"sqlstate": error.pgcode, "message": str(error), "position": error.diag.statement_position}

    def failed_transaction(self):
        states = []
        with self.connection() as connection, connection.cursor() as cursor:
            for sql in ("INSERT INTO batched (name) VALUES ('never')", "SELECT 1 / 0", "SELECT 1"):
                try:
                    cursor.execute(sql)
                except psycopg2.Error as error:
                    states.append(error.pgcode)
            connection.rollback()
            cursor.execute("SELECT count(*) FROM accounts WHERE id = 1")
            return 200, {"sqlstates": states, "afterwards": cursor.fetchone()[0]}

    def batch(self, names):
        with self.connection() as connection, connection.cursor() as cursor:
            sql = "INSERT INTO batched (name) VALUES %s RETURNING name"
            inserted = execute_values(cursor, sql, [(name,) for name in names], fetch=True)
            cursor.executemany("UPDATE batched SET name = %s WHERE name = %s", [(name + "!", name) for name in names])
            execute_batch(cursor, "UPDATE batched SET at = now() WHERE name = %s", [(name + "!",) for name in names])
            return 200, {"inserted": len(inserted), "names": inserted}

    def copy_in(self, rows):
        escape = str.maketrans({"\t": "\\t", "\\": "\\\\", "\n": "\\n"})
        text = "".join("\t".join("\\N" if each is None else each.translate(escape) for each in row) + "\n" for row in rows)
        with self.connection() as connection, connection.cursor() as cursor:
            cursor.copy_expert("COPY copied (name, note) FROM STDIN", io.StringIO(text))
            return 200, {"copied": cursor.rowcount}

    def copy_out(self):
        with self.connection() as connection, connection.cursor() as cursor:
            written = io.StringIO()
            cursor.copy_expert("COPY (SELECT name, note FROM copied ORDER BY name) TO STDOUT WITH CSV", written)
            return 200, {"text": written.getvalue()}

    def stream(self, size):
        with self.connection() as connection, connection.cursor("items_cursor") as cursor:
            cursor.itersize = size
            cursor.execute("SELECT name FROM items WHERE id <= 40 ORDER BY id")
            return 200, [name for (name,) in cursor]

    def slow(self, n):
        return 200, self.rows("SELECT %s AS n FROM pg_sleep(0.03)", (n,))[0]

    def prepared(self):
        """PREPARE and EXECUTE as SQL, LISTEN and NOTIFY, and a savepoint."""
        seen = []
        with self.connection() as connection, connection.cursor() as cursor:
            cursor.execute("PREPARE by_id (int) AS SELECT name FROM items WHERE id = $1")
            for key in (3, 4, 3):
                cursor.execute("EXECUTE by_id (%s)", (key,))
                seen.append(cursor.fetchone())
            cursor.execute("DEALLOCATE by_id")
            cursor.execute("SAVEPOINT s")
            try:
                cursor.execute("SELECT 1 / 0")
            except psycopg2.Error as error:
                seen.append(error.pgcode)
            cursor.execute("ROLLBACK TO SAVEPOINT s")
            cursor.execute("LISTEN news; NOTIFY news, 'hello'; SELECT 7")
            seen.append(cursor.fetchone())
        seen.append([(each.channel, each.payload) for each in connection.notifies])
        connection.notifies.clear()
        return 200, seen


if __name__ == "__main__":
    shop.serve(Shop())
