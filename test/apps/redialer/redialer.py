"""Opens one connection after the other, in clear text and with TLS, and keeps one of each open; a line for each says how it went.

    CLEAR=PORT SECURE=PORT LOG=FILE PORT=PORT redialer.py

A line is KIND, when it began (nanoseconds since the epoch), and what went wrong or `ok`. KIND is clear or secure, with
`kept` for those that stay open, of which only what went wrong is told.
"""
import os
import socket
import ssl
import threading
import time

PORTS = {"clear": int(os.environ["CLEAR"]), "secure": int(os.environ["SECURE"])}
unverified = ssl.create_default_context()
unverified.check_hostname = False
unverified.verify_mode = ssl.CERT_NONE
log = open(os.environ["LOG"], "a", buffering=1)


def dial(kind):
    sock = socket.create_connection(("127.0.0.1", PORTS[kind]), timeout=5)
    return unverified.wrap_socket(sock) if kind == "secure" else sock


def ask(sock, ending):
    sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: %s\r\n\r\n" % ending)
    said = b""
    while not said.endswith(b"well"):
        data = sock.recv(4096)
        if not data:
            raise EOFError("closed")
        said += data


def told(kind, what):
    began = time.time_ns()
    try:
        what()
        result = "ok"
    except Exception as error:
        result = type(error).__name__
    return began, result


def again_and_again(kind):
    def once():
        with dial(kind) as sock:
            ask(sock, b"close")

    while True:
        began, result = told(kind, once)
        log.write(f"{kind} {began} {result}\n")


def kept(kind):
    sock = dial(kind)
    log.write(f"{kind}-kept {time.time_ns()} ok\n")
    while True:
        began, result = told(kind, lambda: ask(sock, b"keep-alive"))
        if result != "ok":
            log.write(f"{kind}-kept {began} {result}\n")
            return
        time.sleep(0.005)


for kind in PORTS:
    threading.Thread(target=kept, args=[kind], daemon=True).start()
listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
for kind in PORTS:
    for _ in range(2):
        threading.Thread(target=again_and_again, args=[kind], daemon=True).start()
threading.Event().wait()
