"""A service on Python's http.server, with bodies that end where the connection does; prints its port."""
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body, **headers):
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/close":
            return self.answer(b"until the end\n", Content_Type="text/plain", Connection="close")
        text = "spaced as Python prints it, and long enough to be laid out line by line"
        body = json.dumps({"path": self.path, "n": [1, 2.0], "text": text}).encode()
        self.answer(body, Content_Type="application/json", Content_Length=str(len(body)))

    def do_POST(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(body, Content_Length=str(len(body)))


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
