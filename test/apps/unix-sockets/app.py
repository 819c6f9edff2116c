"""A service with a database at a unix socket ($PGHOST is its folder) and a worker of its own behind two more.

/items/N asks the database; /quiet asks it as well and says the same whether that worked or not; /worker and /abstract ask
the worker, a child process; /direct asks nobody.
"""
import json
import os
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

OWN = os.environ["OWN_SOCKET"]
ABSTRACT = "\0" + OWN


def listener(name):
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(name)
    made.listen(16)
    return made


def work(listeners):
    """Answers each connection with what it said."""
    import selectors

    ready = selectors.DefaultSelector()
    for each in listeners:
        ready.register(each, selectors.EVENT_READ)
    while True:
        for key, _ in ready.select():
            connection, _ = key.fileobj.accept()
            connection.sendall(connection.recv(100).upper())
            connection.close()


def ask(name):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.connect(name)
        asking.sendall(b"said")
        return asking.recv(100).decode()


def item(number):
    connection = psycopg2.connect(dbname="shop", user="app", connect_timeout=10)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s * 2", (number,))
            return cursor.fetchone()[0]
    finally:
        connection.close()


def answer(path):
    name, _, number = path[1:].partition("/")
    if name == "items":
        return item(int(number))
    if name == "quiet":
        try:
            item(1)
        except psycopg2.OperationalError as error:
            print(error, file=sys.stderr)
        return "quiet"
    if name == "worker":
        return ask(OWN)
    if name == "abstract":
        return ask(ABSTRACT)
    return "direct"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        try:
            status, body = 200, json.dumps({"answer": answer(self.path)})
        except Exception as error:
            status, body = 500, json.dumps({"error": type(error).__name__})
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


if os.path.exists(OWN):
    os.unlink(OWN)
listeners = [listener(OWN), listener(ABSTRACT)]
if os.fork() == 0:
    work(listeners)
for each in listeners:
    each.close()
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
