"""The ledger, a made-up protocol in which the server speaks first. Prints its port; ends when its input does.

Greeting: "LDG1", sixteen bytes that differ each time, a banner in a line. Then frames both ways: four bytes of length, one
that says what it is, and its content. A client proves that it knows the secret by a hash of it with the sixteen bytes.
"""

import hashlib
import os
import socket
import struct
import sys
import threading
import time

HELLO, GET, PUT, RANGE, SUBSCRIBE, PUBLISH, COUNT, ECHO = range(1, 9)
OK, VALUE, NONE, DONE, ITEM, END, NEWS, REFUSED = range(128, 136)
SECRET = b"open sesame"

kept = {f"item:{n}".encode(): f"item {n} \x00\xff".encode("latin1") for n in range(1, 50)}
counted = {}
topics = {}
lock = threading.Lock()


class Gone(Exception):
    pass


class Client:
    def __init__(self, connection):
        self.connection = connection
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sending = threading.Lock()

    def read(self, length):
        got = b""
        while len(got) < length:
            more = self.connection.recv(length - len(got))
            if not more:
                raise Gone
            got += more
        return got

    def frame(self):
        (length,) = struct.unpack(">I", self.read(4))
        content = self.read(length)
        return content[0], content[1:]

    def say(self, kind, content=b""):
        with self.sending:
            self.connection.sendall(struct.pack(">IB", len(content) + 1, kind) + content)

    def serve(self):
        nonce = os.urandom(16)
        self.connection.sendall(b"LDG1" + nonce + b"ledger 1.0 ready\n")
        kind, proof = self.frame()
        if kind != HELLO or proof[:32] != hashlib.sha256(nonce + SECRET).digest():
            self.say(REFUSED, b"who are you?")
            raise Gone
        self.say(OK, os.urandom(4))
        while True:
            self.answer(*self.frame())

    def answer(self, kind, content):
        if kind == GET:
            value = kept.get(content)
            self.say(NONE) if value is None else self.say(VALUE, value)
        elif kind == PUT:
            (length,) = struct.unpack(">H", content[:2])
            with lock:
                kept[content[2 : 2 + length]] = content[2 + length :]
            self.say(DONE, struct.pack(">Q", len(content)))
        elif kind == RANGE:
            for key in sorted(key for key in kept if key.startswith(content))[:5]:
                self.say(ITEM, key + b"=" + kept[key])
                time.sleep(0.005)
            self.say(END)
        elif kind == COUNT:
            with lock:
                counted[content] = counted.get(content, 0) + 1
            self.say(DONE, struct.pack(">Q", counted[content]))
        elif kind == SUBSCRIBE:
            with lock:
                topics.setdefault(content, []).append(self)
            self.say(OK)
        elif kind == PUBLISH:
            topic, text = content.split(b"\0", 1)
            with lock:
                listening = list(topics.get(topic, []))
            for client in listening:
                client.say(NEWS, text)
            self.say(DONE, struct.pack(">Q", len(listening)))
        elif kind == ECHO:
            self.say(VALUE, content)

    def run(self):
        try:
            self.serve()
        except (Gone, OSError):
            pass
        with lock:
            for listening in topics.values():
                if self in listening:
                    listening.remove(self)
        self.connection.close()


def accept(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=Client(connection).run, daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0), backlog=128)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
