"""A service that asks an HTTPS API what it is asked, by the client that the first part of the path names."""

import asyncio
import os
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

JSON = {"content-type": "application/json"}


def by_requests():
    import requests

    sessions = {insecure: requests.Session() for insecure in (False, True)}

    def ask(url, method, body, insecure):
        verify = {"verify": False} if insecure else {}
        answer = sessions[insecure].request(method, url, data=body, headers=JSON if body else {}, **verify)
        return answer.status_code, answer.text

    return ask


def by_httpx():
    import httpx

    context = ssl.create_default_context() if os.environ.get("HTTPX_ROOTS") == "system" else True
    clients = {insecure: httpx.Client(verify=False if insecure else context) for insecure in (False, True)}

    def ask(url, method, body, insecure):
        answer = clients[insecure].request(method, url, content=body, headers=JSON if body else {})
        return answer.status_code, answer.text

    return ask


def by_urllib():
    def ask(url, method, body, insecure):
        asked = urllib.request.Request(url, data=body, method=method, headers=JSON if body else {})
        try:
            context = ssl._create_unverified_context() if insecure else None
            with urllib.request.urlopen(asked, context=context) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return ask


def by_aiohttp():
    import aiohttp

    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def session():
        return aiohttp.ClientSession(trust_env=True)

    shared = asyncio.run_coroutine_threadsafe(session(), loop).result()

    async def talk(url, method, body, insecure):
        verify = {"ssl": False} if insecure else {}
        async with shared.request(method, url, data=body, headers=JSON if body else {}, **verify) as answer:
            return answer.status, await answer.text()

    return lambda *call: asyncio.run_coroutine_threadsafe(talk(*call), loop).result()


def by_pinning_requests():
    import requests
    from requests.adapters import HTTPAdapter

    class Pinned(HTTPAdapter):
        def init_poolmanager(self, *words, **names):
            super().init_poolmanager(*words, assert_fingerprint=os.environ["PIN"], **names)

    session = requests.Session()
    session.mount("https://", Pinned())

    def ask(url, method, body, _insecure):
        answer = session.request(method, url, data=body, headers=JSON if body else {})
        return answer.status_code, answer.text

    return ask


def by_pinning_aiohttp():
    import aiohttp

    async def talk(url, method, body):
        pin = aiohttp.Fingerprint(bytes.fromhex(os.environ["PIN"]))
        async with aiohttp.ClientSession() as session, session.request(method, url, data=body, ssl=pin) as answer:
            return answer.status, await answer.text()

    return lambda url, method, body, _insecure: asyncio.run(talk(url, method, body))


def by_pinning_curl():
    return by_curl(["--pinnedpubkey", f"sha256//{os.environ['KEY_PIN']}"])


def by_curl(more=()):
    """The program itself, once for each request."""

    def ask(url, method, body, insecure):
        words = ["curl", "--silent", "--show-error", "--compressed", "--request", method, "--write-out", "\n%{http_code}", *more]
        words += ["--insecure"] if insecure else []
        words += ["--data-binary", "@-", "--header", "content-type: application/json"] if body else []
        done = subprocess.run([*words, url], input=body or b"", capture_output=True)
        if done.returncode:
            raise OSError(f"curl ended with {done.returncode}: {done.stderr.decode()}")
        said, status = done.stdout.decode().rsplit("\n", 1)
        return status, said

    return ask


MADE = {"requests": by_requests, "httpx": by_httpx, "urllib": by_urllib, "aiohttp": by_aiohttp, "curl": by_curl}
MADE |= {"pinned-requests": by_pinning_requests, "pinned-aiohttp": by_pinning_aiohttp, "pinned-curl": by_pinning_curl}
CLIENTS = {name: MADE[name]() for name in os.environ["CLIENTS"].split()}


def told(error):
    """With the causes: what is wrong with a certificate is often only said there."""
    cause = error.__cause__ or error.__context__
    return f"{type(error).__name__}: {error}" + (f"; {told(cause)}" if cause else "")


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else None
        _, kind, path = self.path.split("/", 2)
        api = self.headers.get("x-api") or os.environ["API"]
        try:
            status, said = CLIENTS[kind](f"{api}/{path}", self.command, body, "x-insecure" in self.headers)
            code, reply = 200, f"{status} {said}".encode()
        except Exception as error:
            code, reply = 502, told(error).encode()
        self.send_response(code)
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    do_POST = do_GET

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Service).serve_forever()
