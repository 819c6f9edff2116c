"""A service whose answers hold what differs each time beside what does not. PORT and CHANGE come from outside."""

import json
import os
import random
import time
import uuid
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CHANGE = os.environ.get("CHANGE", "")


def ticket():
    seats = ["A1", "A2", "B1", "B2", "C1", "C2"]
    if "seat" in CHANGE:
        seats[0] = "Z9"
    random.shuffle(seats)
    return {
        "id": str(uuid.uuid4()),
        "name": "Concert!" if "name" in CHANGE else "Concert",
        "price": 43 if "price" in CHANGE else 42,
        "draw": random.random(),
        "at": datetime.now(timezone.utc).isoformat(),
        "epoch": int(time.time()),
        "seats": seats,
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = json.dumps(ticket()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
