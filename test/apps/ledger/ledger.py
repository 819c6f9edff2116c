"""Writes entries whose id, instant and trace it makes itself, by a driver that writes values into its statements."""

import json
import os
import uuid
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import psycopg2

CHANGE = os.environ.get("CHANGE", "")
database = psycopg2.connect(os.environ["DATABASE_URL"])
database.autocommit = True


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        note = parse_qs(urlparse(self.path).query)["note"][0]
        detail = json.dumps({"trace": str(uuid.uuid4()), "kind": "b" if CHANGE == "kind" else "a"})
        with database.cursor() as cursor:
            cursor.execute(
                "INSERT INTO entries (id, made, note, detail) VALUES (%s, %s, %s, %s) RETURNING note",
                (str(uuid.uuid4()), datetime.now(timezone.utc), note + ("!" if CHANGE == "note" else ""), detail),
            )
            body = json.dumps({"note": cursor.fetchone()[0]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
