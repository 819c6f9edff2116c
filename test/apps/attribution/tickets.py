"""Tickets by a thread for each request (http.server) and psycopg2 on a pool of five connections; see pg-go/tickets."""
import json
import os
import queue
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

UPSTREAM = os.environ["UPSTREAM"]
pool = queue.Queue()
for _ in range(5):
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    pool.put(connection)


def query(sql, *values):
    connection = pool.get()
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        pool.put(connection)


def ask(path):
    with urllib.request.urlopen(UPSTREAM + path) as response:
        return response.read().decode()


def work(key):
    query("INSERT INTO work (id, note) VALUES (%s, %s)", key, f"work {key}")
    ticket = query("SELECT nextval('tickets')")
    query("UPDATE work SET ticket = %s WHERE id = %s", ticket, key)
    return {"id": key, "ticket": ticket, "note": query("SELECT note FROM work WHERE id = %s", key)}


def by_children(key):
    """By threads that live for this request alone."""
    found = {}
    said = []
    threads = [
        threading.Thread(target=lambda: found.update(work(key))),
        threading.Thread(target=lambda: said.append(ask(f"/price?id={key}"))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {**found, "said": said}


def by_client(key):
    return {"id": key, "note": ask(f"/price?id={key}") + " " + ask(f"/serial?id={key}")}


ROUTES = {"tickets": work, "children": by_children, "client": by_client}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        _, route, key = self.path.split("/")
        body = json.dumps(ROUTES[route](int(key))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def polls():
    while True:
        time.sleep(0.1)
        ask("/rates")


def metrics():
    """Each time by another thread."""
    ask("/metrics")
    timer = threading.Timer(0.1, metrics)
    timer.daemon = True
    timer.start()


if os.environ.get("POLL"):
    threading.Thread(target=polls, daemon=True).start()
    metrics()
Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
