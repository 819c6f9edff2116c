"""What every shop of this folder shares: its routes, its SQL, how values are shown, and the change under test.

A shop is an object with the methods named in `route`; the drivers differ, the answers do not have to.
"""
import datetime
import decimal
import json
import os
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

URL = "?".join(each for each in (os.environ["DATABASE_URL"], os.environ.get("DATABASE_OPTIONS")) if each)
PORT = int(os.environ["PORT"])
POOL_SIZE = int(os.environ.get("POOL_SIZE", "4"))
CHANGE = os.environ.get("CHANGE", "")

FAILURES = {
    "unique": "INSERT INTO items (name) VALUES ('item 1')",
    "syntax": "SELEC 1",
    "no-table": "SELECT * FROM nowhere",
    "division": "SELECT 1 / 0",
}

# Values of every type a driver sends as a parameter, with the SQL type it is sent as.
ECHO = [
    ("boolean", True),
    ("integer", 2147483647),
    ("bigint", -9223372036854775807),
    ("double precision", 0.1 + 0.2),
    ("double precision", float("inf")),
    ("numeric", decimal.Decimal("-123456789012345678901234567890.000000000000000000000000000001")),
    ("numeric", decimal.Decimal("NaN")),
    ("numeric", decimal.Decimal("1E+10")),
    ("text", "ü 漢 \U0001f375 'q' \"d\" \\ \n"),
    ("text", ""),
    ("text", None),
    ("bytea", bytes(range(256))),
    ("date", datetime.date(2024, 2, 29)),
    ("time", datetime.time(23, 59, 59, 999999)),
    ("timestamp", datetime.datetime(1999, 12, 31, 23, 59, 59, 1)),
    ("timestamptz", datetime.datetime(2024, 2, 29, 12, 34, 56, 789012, datetime.timezone(datetime.timedelta(hours=5.5)))),
    ("interval", datetime.timedelta(days=-3, seconds=5, microseconds=7)),
    ("uuid", uuid.UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
    ("integer[]", [1, None, -3]),
    ("text[]", ["plain", 'q"uote, comma', None, "NULL", ""]),
    ("numeric[]", [decimal.Decimal("1.10"), None]),
    ("integer[]", []),
]


def item_query(mark):
    """The query of an item, with the driver's placeholder."""
    extra = " AND name IS NOT NULL" if CHANGE == "other sql" else ""
    return f"SELECT id, name, price, tags, attributes FROM items WHERE id = {mark}{extra}"


def item_id(asked):
    return asked + 1 if CHANGE == "another id" else asked


def changed(item):
    if CHANGE == "drop a field":
        del item["price"]
    if CHANGE == "add a field":
        item["extra"] = 1
    if CHANGE == "number to string":
        item["id"] = str(item["id"])
    return item


def shown(value):
    """A value in full, as JSON can hold it: nothing is rounded, and a type that changes is seen."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "bytes " + bytes(value).hex()
    if isinstance(value, dict):
        return {str(key): shown(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(each) for each in value]
    return f"{type(value).__name__} {value!r}"


def answer(shop, method, target, body):
    """(status, value) of a request."""
    url = urlsplit(target)
    first, *rest = url.path.strip("/").split("/")
    query = dict(parse_qsl(url.query))
    return route(shop, method, first, rest, query, json.loads(body) if body else None)


def route(shop, method, first, rest, query, body):
    asked = (method, first)
    if asked == ("GET", "types"):
        return shop.types(int(rest[0]))
    if asked == ("GET", "echo"):
        return shop.echo()
    if asked == ("GET", "items"):
        return shop.item(item_id(int(rest[0])))
    if asked == ("POST", "items"):
        return shop.add_item(body)
    if asked == ("GET", "visits"):
        return shop.visit()
    if asked == ("POST", "transfers"):
        return shop.transfer(body["from"], body["to"], decimal.Decimal(body["amount"]))
    if asked == ("GET", "failures"):
        return shop.failed_transaction() if rest[0] == "transaction" else shop.fail(FAILURES[rest[0]])
    if asked == ("POST", "batch"):
        return shop.batch(body["names"])
    if asked == ("POST", "copy"):
        return shop.copy_in([tuple(row) for row in body["rows"]])
    if asked == ("GET", "copy"):
        return shop.copy_out()
    if asked == ("GET", "stream"):
        return shop.stream(int(query["size"]))
    if asked == ("GET", "slow"):
        return shop.slow(int(rest[0]))
    if first == "own":
        return getattr(shop, rest[0])()
    return 404, {"no": first}


def encoded(value):
    return json.dumps(shown(value), ensure_ascii=False).encode()


def serve(shop):
    """A thread for each connection, as the standard library has it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            length = int(self.headers.get("content-length", "0"))
            try:
                status, value = answer(shop, self.command, self.path, self.rfile.read(length))
            except Exception as error:
                status, value = 500, {"error": f"{type(error).__name__}: {error}"}
            body = encoded(value)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    server.daemon_threads = True
    server.request_queue_size = 64
    server.serve_forever()
