"""What time it is, whether a token has expired, what happened in the last 24 hours, and how long waits are."""
import asyncio
import base64
import hashlib
import hmac
import json
import os
import queue
import sys
import threading
import time
from datetime import datetime, timedelta, timezone

import psycopg2

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
from web import serve_by


def token(header):
    head, body, signature = header.removeprefix("Bearer ").split(".")
    own = hmac.new(b"a shared key", f"{head}.{body}".encode(), hashlib.sha256).digest()
    if base64.urlsafe_b64encode(own).decode().rstrip("=") != signature:
        return 401, {"error": "signature"}
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    return (401, {"error": "expired"}) if claims["exp"] < time.time() else (200, {"subject": claims["sub"]})


def recent():
    now = datetime.now(timezone.utc).replace(microsecond=0)
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        cursor = connection.cursor()
        sql = "SELECT name FROM events WHERE at > %s AND at <= %s ORDER BY at"
        cursor.execute(sql, (now - timedelta(hours=24), now))
        return {"names": [name for (name,) in cursor.fetchall()]}
    finally:
        connection.close()


def wait_for_item():
    try:
        queue.Queue().get(timeout=0.3)
    except queue.Empty:
        pass


def waits():
    locked = threading.Lock()
    locked.acquire()
    ways = {
        "sleep": lambda: time.sleep(0.3),
        "event": lambda: threading.Event().wait(0.3),
        "lock": lambda: locked.acquire(timeout=0.3),
        "queue": wait_for_item,
        "asyncio": lambda: asyncio.run(asyncio.sleep(0.3)),
    }
    wrong = []
    for name, way in ways.items():
        began = time.monotonic()
        way()
        if not 0.29 < time.monotonic() - began < 0.9:
            wrong.append(name)
    return {"wrong": wrong}


def answer(request):
    if request.path == "/now":
        return 200, {"now": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    if request.path == "/token":
        return token(request.headers["authorization"])
    return 200, recent() if request.path == "/recent" else waits()


serve_by(answer, "HTTP/1.1")
