"""Moves random bytes over TCP and says the hash of what each end sent and received, one JSON line a connection.

    bulk.py serve ADDRESS             prints its port; answers `down N` with N bytes, `up N` and N bytes with a line
    bulk.py fetch ADDRESS PORT LINE   asks such a server
"""
import hashlib
import json
import os
import socket
import sys
import threading

BLOCK = 1 << 20


class Counted:
    """A socket with the hash of each direction."""

    def __init__(self, sock):
        self.sock = sock
        self.sent = hashlib.sha256()
        self.received = hashlib.sha256()
        self.lengths = [0, 0]

    def send(self, data):
        self.sock.sendall(data)
        self.sent.update(data)
        self.lengths[0] += len(data)

    def receive(self, most=BLOCK):
        data = self.sock.recv(most)
        self.received.update(data)
        self.lengths[1] += len(data)
        return data

    def line(self):
        text = b""
        while not text.endswith(b"\n"):
            data = self.receive(1)
            if not data:
                break
            text += data
        return text

    def tell(self, client):
        print(json.dumps({"client": client, "sent": self.sent.hexdigest(), "received": self.received.hexdigest(),
                          "sentBytes": self.lengths[0], "receivedBytes": self.lengths[1]}), flush=True)


def send_random(counted, count):
    while count > 0:
        block = os.urandom(min(count, BLOCK))
        counted.send(block)
        count -= len(block)


def answer(sock, port):
    counted = Counted(sock)
    verb, count = counted.line().split()
    if verb == b"down":
        send_random(counted, int(count))
    else:
        left = int(count)
        while left > 0:
            left -= len(counted.receive(min(left, BLOCK)))
        counted.send(b"done\n")
    sock.shutdown(socket.SHUT_WR)
    while counted.receive():
        pass
    sock.close()
    counted.tell(port)


def serve(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, 0))
    listener.listen(64)
    print(listener.getsockname()[1], flush=True)
    while True:
        sock, peer = listener.accept()
        threading.Thread(target=answer, args=(sock, peer[1]), daemon=True).start()


def fetch(address, port, line):
    sock = socket.create_connection((address, int(port)))
    client = sock.getsockname()[1]
    counted = Counted(sock)
    counted.send(line.encode() + b"\n")
    verb, count = line.split()
    if verb == "up":
        send_random(counted, int(count))
    while counted.receive():
        pass
    sock.close()
    counted.tell(client)


if sys.argv[1] == "serve":
    serve(sys.argv[2])
else:
    fetch(*sys.argv[2:5])
