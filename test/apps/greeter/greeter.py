"""Listens on each address given (address or address:port), says where, and tells every client whom it sees.

    greeter.py ADDRESS...      prints its ports; answers "PEER-ADDRESS PEER-PORT OWN-ADDRESS" by accept(2)'s and getpeername(2)'s word
    greeter.py --ask ADDRESS PORT      connects to itself besides, and prints the answer
"""

import socket
import sys
import threading


def plain(address):
    return address.removeprefix("::ffff:")


def serve(listener):
    while True:
        client, accepted = listener.accept()
        peer, own = client.getpeername(), client.getsockname()
        assert peer[:2] == accepted[:2], (peer, accepted)
        client.sendall(f"{plain(peer[0])} {peer[1]} {plain(own[0])}\n".encode())
        while client.recv(65536):
            pass
        client.close()


def listen(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    listener.bind((address, 0))
    listener.listen(64)
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    return listener.getsockname()[1]


ports = [listen(address) for address in sys.argv[1:] if address != "--ask"]
print(*ports, flush=True)
if sys.argv[1] == "--ask":
    with socket.create_connection((sys.argv[2], ports[0])) as own:
        told = own.recv(100).decode().split()
        print(told[:2] == [own.getsockname()[0], str(own.getsockname()[1])], flush=True)
threading.Event().wait()
