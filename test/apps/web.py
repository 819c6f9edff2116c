"""What the Python services by http.server share: `/name/argument` is answered by `routes[name](argument)`, as JSON."""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    request_queue_size = 64


def serve(routes):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            _, name, *rest = self.path.split("/")
            try:
                status, body = routes[name](rest[0] if rest else None)
            except Exception as error:
                status, body = 500, {"error": str(error)}
            sent = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_):
            pass

    Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
