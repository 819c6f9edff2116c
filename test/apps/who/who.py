"""Tells whose rights it has: ids, groups, home, and to whom a file belongs that it writes."""

import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Who(BaseHTTPRequestHandler):
    def do_GET(self):
        with open("written-by-the-app", "w"):
            pass
        written = os.stat("written-by-the-app")
        told = {
            "uid": os.getuid(),
            "gid": os.getgid(),
            "groups": sorted(set(os.getgroups())),
            "home": os.environ["HOME"],
            "user": os.environ["USER"],
            "written": [written.st_uid, written.st_gid],
        }
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Who).serve_forever()
