"""What Python services by http.server share: they answer with JSON, and say nothing on the terminal."""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    request_queue_size = 128


def serve(routes):
    """`/name/argument` is answered by `routes[name](argument)`."""

    def answer(request):
        _, name, *rest = request.path.split("/")
        return routes[name](rest[0] if rest else None)

    serve_by(answer)


def serve_by(answer, version="HTTP/1.0"):
    """Every request is answered by `answer(request)`: a status and a body; with 500 if it raises."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = version

        def do_GET(self):
            try:
                status, body = answer(self)
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
