"""The service by Python's http.server, its ledger reached over a pool of connections; one more listens to the news."""

import hashlib
import os
import queue
import socket
import struct
import sys
import threading
import time

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
from web import serve

HELLO, GET, PUT, RANGE, SUBSCRIBE, PUBLISH, COUNT, ECHO = range(1, 9)
OK, VALUE, NONE, DONE, ITEM, END, NEWS, REFUSED = range(128, 136)
CHANGE = os.environ.get("CHANGE", "")


class Ledger:
    def __init__(self):
        self.connection = socket.create_connection(("127.0.0.1", int(os.environ["LEDGER_PORT"])))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.connection.makefile("rb")
        greeting = self.reader.read(20)
        self.reader.readline()
        self.send(HELLO, hashlib.sha256(greeting[4:] + b"open sesame").digest() + b"pool")
        kind, _ = self.frame()
        if kind != OK:
            raise RuntimeError("refused")

    def framed(self, kind, content):
        return struct.pack(">IB", len(content) + 1, kind) + content

    def send(self, kind, content=b""):
        self.connection.sendall(self.framed(kind, content))

    def frame(self):
        head = self.reader.read(4)
        if len(head) < 4:
            raise RuntimeError("the ledger hung up")
        content = self.reader.read(struct.unpack(">I", head)[0])
        return content[0], content[1:]

    def ask(self, kind, content=b""):
        self.send(kind, content)
        return self.frame()


class Pool:
    def __init__(self, size):
        self.free = queue.LifoQueue()
        for _ in range(size):
            self.free.put(None)

    def __enter__(self):
        self.held = getattr(self, "held", threading.local())
        self.held.ledger = self.free.get() or Ledger()
        return self.held.ledger

    def __exit__(self, kind, *_):
        self.free.put(self.held.ledger if kind is None else None)


pool = Pool(int(os.environ.get("POOL_SIZE", "5")))
news = {}


def listen(own):
    while True:
        _, text = own.frame()
        news.setdefault(text.decode(), threading.Event()).set()


def text(value):
    return value.decode("latin1")


def get(key):
    with pool as ledger:
        kind, value = ledger.ask(GET, (key + "0" if CHANGE == "another key" else key).encode())
    return {"value": text(value) if kind == VALUE else None}


def put(key):
    value = "bytes \x00 \xfe" if CHANGE == "another byte" else "bytes \x00 \xff"
    with pool as ledger:
        ledger.ask(PUT, struct.pack(">H", len(key)) + key.encode() + value.encode("latin1"))
        return {"value": text(ledger.ask(GET, key.encode())[1])}


def count(key):
    with pool as ledger:
        return {"n": struct.unpack(">Q", ledger.ask(COUNT, key.encode())[1])[0]}


def items(ledger):
    found = []
    while True:
        kind, item = ledger.frame()
        if kind == END:
            return found
        found.append(text(item))


def ranged(prefix):
    with pool as ledger:
        ledger.send(RANGE, prefix.encode())
        return {"items": items(ledger)}


def pipeline(number):
    with pool as ledger:
        wanted = [ledger.framed(GET, f"item:{n}".encode()) for n in range(1, int(number) + 1)]
        ledger.connection.sendall(b"".join(wanted))
        return {"values": [text(ledger.frame()[1]) for _ in wanted]}


def overlap(prefix):
    """Asks for more while the answer to the former is still coming."""
    with pool as ledger:
        ledger.send(RANGE, prefix.encode())
        first = text(ledger.frame()[1])
        ledger.send(GET, b"item:3")
        return {"items": [first, *items(ledger)], "value": text(ledger.frame()[1])}


def split(key):
    with pool as ledger:
        whole = ledger.framed(GET, key.encode())
        for piece in (whole[:3], whole[3:7], whole[7:]):
            ledger.connection.sendall(piece)
            time.sleep(0.02)
        return {"value": text(ledger.frame()[1])}


def half(say):
    """A connection of its own that has said all, and is still answered."""
    own = Ledger()
    time.sleep(0.1)
    own.send(ECHO, say.encode())
    own.connection.shutdown(socket.SHUT_WR)
    rest = own.reader.read()
    return {"said": text(rest[5:])}


def publish(say):
    heard = news.setdefault(say, threading.Event())
    with pool as ledger:
        ledger.ask(PUBLISH, b"news\0" + say.encode())
    return {"heard": heard.wait(10)}


routes = {"get": get, "put": put, "count": count, "range": ranged, "pipeline": pipeline, "overlap": overlap, "split": split, "half": half, "publish": publish}

listener = Ledger()
listener.ask(SUBSCRIBE, b"news")
threading.Thread(target=listen, args=(listener,), daemon=True).start()
serve({name: lambda argument, answer=answer: (200, answer(argument)) for name, answer in routes.items()})
