"""A service that terminates TLS itself on PORT and speaks clear text on CLEAR_PORT; it asks its DEPENDENCY."""

import json
import os
import ssl
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        with urllib.request.urlopen(os.environ["DEPENDENCY"] + self.path) as asked:
            text = asked.read().decode()
        told = {"path": self.path, "method": self.command, "length": len(body), "asked": text}
        answer = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("x-client-port", str(self.client_address[1]))
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def serve(port, context):
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Answer)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever).start()


own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
own.load_cert_chain(os.environ["TLS_CERT"], os.environ["TLS_KEY"])
serve(os.environ["PORT"], own)
serve(os.environ["CLEAR_PORT"], None)
