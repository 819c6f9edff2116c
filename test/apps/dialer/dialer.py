"""Opens connections and sends datagrams in every way that programs do, and says what it saw, one JSON line a case.

    dialer.py CASE ADDRESS PORT
"""
import json
import select
import socket
import sys

TIMEOUT = 5


def name(pair):
    return [pair[0], pair[1]]


def tcp(family, address, port):
    """Non-blocking connect, as drivers do it; then asks who the peer is and reads to the end."""
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    sock.connect_ex((address, port))
    select.select([], [sock], [], TIMEOUT)
    error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        return {"error": error}
    sock.setblocking(True)
    sock.settimeout(TIMEOUT)
    peer = name(sock.getpeername())
    text = b""
    while data := sock.recv(4096):
        text += data
    return {"peer": peer, "said": text.decode()}


def datagram(family, address, port):
    """Unconnected: the answer's sender must be whom we asked."""
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.settimeout(TIMEOUT)
    sock.sendto(b"ask", (address, port))
    data, sender = sock.recvfrom(4096)
    return {"peer": name(sender), "said": data.decode()}


def connected(family, address, port):
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.settimeout(TIMEOUT)
    sock.connect((address, port))
    sock.send(b"ask")
    return {"peer": name(sock.getpeername()), "said": sock.recv(4096).decode()}


def silent(family, address, port):
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.sendto(b"ask", (address, port))
    return {}


def own(family, address, port):
    """Reaches a listener of the program itself."""
    listener = socket.socket(family)
    listener.bind((address, 0))
    listener.listen()
    sock = socket.create_connection(listener.getsockname()[:2])
    accepted, _ = listener.accept()
    accepted.sendall(b"own")
    return {"said": sock.recv(16).decode(), "isSelf": sock.getpeername() == listener.getsockname()}


def look_up(family, address, port):
    found = socket.getaddrinfo(address, port, family, socket.SOCK_STREAM)
    return {"found": sorted({entry[4][0] for entry in found})}


case, address, port = sys.argv[1:4]
family = socket.AF_INET6 if ":" in address else socket.AF_INET
cases = {"tcp": tcp, "datagram": datagram, "connected": connected, "silent": silent, "own": own, "lookUp": look_up}
print(json.dumps(cases[case](family, address, int(port))), flush=True)
