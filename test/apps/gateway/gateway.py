"""A service with a dependency, on http.server and urllib: what it is asked it asks in turn, and tells what was answered."""

import json
import os
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Gateway(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else None
        at = self.headers.get("x-dependency")
        base = "http://" + at if at else os.environ["DEPENDENCY"]
        asked = urllib.request.Request(base + self.path, data=body, method=self.command)
        if self.headers.get("content-type"):
            asked.add_header("content-type", self.headers["content-type"])
        try:
            with urllib.request.urlopen(asked) as answer:
                status, said = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, said = error.code, error.read().decode()
        reply = json.dumps({"status": status, "said": said}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    do_POST = do_GET
    do_PUT = do_GET

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128


Server(("127.0.0.1", int(os.environ["PORT"])), Gateway).serve_forever()
