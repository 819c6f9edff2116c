"""
Once somebody connects to PORT, opens connections of each kind and uses them for good, writing down every exchange:
`kind ok`, or what went wrong. Each connection is opened once.
"""
import os
import socket
import threading
import time

log = os.open(os.environ["LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def note(kind, result):
    os.write(log, f"{kind} {result}\n".encode())


def talking(kind, exchange):
    def talk():
        try:
            connection = socket.create_connection(("127.0.0.1", int(os.environ[kind.upper()])))
            exchange(connection, connection.makefile("rb"), lambda: note(kind, "ok"))
            if kind != "idle":
                note(kind, "ended")
        except Exception as error:
            note(kind, f"{type(error).__name__}: {error}")

    return talk


def lines(connection, answers, ok):
    for count in range(1 << 30):
        said = b"line %d\n" % count
        connection.sendall(said)
        assert answers.readline() == said
        ok()
        time.sleep(0.001)


def http(connection, answers, ok):
    for count in range(1 << 30):
        connection.sendall(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % count)
        length = 0
        while line := answers.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        assert answers.read(length) == b"/%d" % count
        ok()


def ticks(_connection, answers, ok):
    for count in range(1 << 30):
        assert answers.readline() == b"tick %d\n" % count
        ok()


def idle(connection, answers, ok):
    while not os.path.exists(os.environ["WAKE"]):
        time.sleep(0.01)
    said = os.urandom(8 << 20)

    def say():
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)

    threading.Thread(target=say).start()
    # The far end says it back, and is held up till it is read.
    time.sleep(0.1)
    assert answers.read() == said
    ok()


listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
listener.accept()
# One connection may be lost; its kind is to go on.
kinds = [("lines", lines), ("http", http), ("ticks", ticks)] * 2 + [("idle", idle)]
for kind, exchange in kinds:
    threading.Thread(target=talking(kind, exchange)).start()
