"""The shop on asyncpg and aiohttp: binary throughout, types looked up in the catalogue, a cache of prepared statements."""
import io
import json

import asyncpg
from aiohttp import web

import shop
from shop import POOL_SIZE, PORT, URL


async def prepare(connection):
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=json.dumps, decoder=json.loads)


class Shop:
    async def open(self):
        self.pool = await asyncpg.create_pool(URL, min_size=1, max_size=POOL_SIZE, init=prepare)

    async def types(self, key):
        return 200, dict(await self.pool.fetchrow("SELECT * FROM every_type WHERE id = $1", key))

    async def echo(self):
        columns = ", ".join(f"${n + 1}::{kind} AS v{n}" for n, (kind, _) in enumerate(shop.ECHO))
        return 200, dict(await self.pool.fetchrow(f"SELECT {columns}", *[value for _, value in shop.ECHO]))

    async def item(self, key):
        found = await self.pool.fetchrow(shop.item_query("$1"), key)
        return (200, shop.changed(dict(found))) if found else (404, {"missing": key})

    async def add_item(self, item):
        price = None if item["price"] is None else shop.decimal.Decimal(item["price"])
        sql = "INSERT INTO items (name, price, tags, attributes) VALUES ($1, $2, $3, $4) RETURNING *"
        return 200, dict(await self.pool.fetchrow(sql, item["name"], price, item["tags"], item["attributes"]))

    async def visit(self):
        return 200, {"n": await self.pool.fetchval("UPDATE counters SET n = n + 1 WHERE name = $1 RETURNING n", "visits")}

    async def transfer(self, source, target, amount):
        try:
            async with self.pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
                await connection.execute("UPDATE accounts SET balance = balance + $1 WHERE id = $2", amount, target)
                await connection.execute("UPDATE accounts SET balance = balance - $1 WHERE id = $2", amount, source)
                return 200, [tuple(row) for row in await connection.fetch("SELECT id, balance FROM accounts ORDER BY id")]
        except asyncpg.PostgresError as error:
            return 409, {"sqlstate": error.sqlstate, "constraint": error.constraint_name}

    async def fail(self, sql):
        try:
            return 200, [tuple(row) for row in await self.pool.fetch(sql)]
        except asyncpg.PostgresError as error:
            return 422, {"sqlstate": error.sqlstate, "message": str(error), "position": error.position}

    async def failed_transaction(self):
        states = []
        async with self.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            for sql in ("INSERT INTO batched (name) VALUES ('never')", "SELECT 1 / 0", "SELECT 1"):
                try:
                    await connection.fetch(sql)
                except asyncpg.PostgresError as error:
                    states.append(error.sqlstate)
            await transaction.rollback()
            counted = await connection.fetchval("SELECT count(*) FROM accounts WHERE id = $1", 1)
            return 200, {"sqlstates": states, "afterwards": counted}

    async def batch(self, names):
        async with self.pool.acquire() as connection:
            await connection.executemany("INSERT INTO batched (name) VALUES ($1)", [(name,) for name in names])
            sql = "SELECT name FROM batched WHERE name = ANY($1::text[]) ORDER BY name"
            inserted = [row["name"] for row in await connection.fetch(sql, names)]
            return 200, {"inserted": len(inserted), "names": inserted}

    async def copy_in(self, rows):
        async with self.pool.acquire() as connection:
            return 200, {"copied": await connection.copy_records_to_table("copied", records=rows)}

    async def copy_out(self):
        written = io.BytesIO()
        async with self.pool.acquire() as connection:
            status = await connection.copy_from_query("SELECT name, note FROM copied ORDER BY name", output=written)
        return 200, {"status": status, "text": written.getvalue().decode()}

    async def stream(self, size):
        async with self.pool.acquire() as connection, connection.transaction():
            sql = "SELECT name FROM items WHERE id <= $1 ORDER BY id"
            return 200, [row["name"] async for row in connection.cursor(sql, 40, prefetch=size)]

    async def slow(self, n):
        return 200, {"n": await self.pool.fetchval("SELECT $1::int FROM pg_sleep(0.03)", n)}

    async def composite(self):
        """Types of one's own as parameters, arrays of them, a script of several statements, a nested transaction."""
        seen = []
        async with self.pool.acquire() as connection:
            seen.append(await connection.fetchval("SELECT $1::place", ("Low St", None)))
            seen.append(await connection.fetchval("SELECT $1::mood[]", ["ok", "sad", None]))
            seen.append(await connection.fetchval("SELECT array_agg(p) FROM every_type"))
            await connection.execute("CREATE TEMP TABLE scratch (n int); INSERT INTO scratch VALUES (1), (2)")
            async with connection.transaction():
                try:
                    async with connection.transaction():
                        await connection.execute("INSERT INTO scratch VALUES ($1)", 3)
                        await connection.execute("SELECT 1 / 0")
                except asyncpg.DivisionByZeroError as error:
                    seen.append(error.sqlstate)
                seen.append(await connection.fetchval("SELECT count(*) FROM scratch"))
            statement = await connection.prepare("SELECT id, name FROM items WHERE id = ANY($1)")
            seen.append([str(each.type.name) for each in statement.get_attributes()])
            seen.append([tuple(row) for row in await statement.fetch([5, 6])])
            await connection.execute("DROP TABLE scratch")
        return 200, seen


async def handle(request):
    body = await request.text()
    try:
        status, value = await shop.answer(request.app["shop"], request.method, request.path_qs, body)
    except Exception as error:
        status, value = 500, {"error": f"{type(error).__name__}: {error}"}
    return web.Response(status=status, body=shop.encoded(value), content_type="application/json")


async def start(app):
    await app["shop"].open()


app = web.Application()
app["shop"] = Shop()
app.on_startup.append(start)
app.router.add_route("*", "/{path:.*}", handle)
web.run_app(app, host="127.0.0.1", port=PORT, print=None)
