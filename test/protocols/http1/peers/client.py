"""Asks the Python service with http.client, HTTP/1.0 included; prints what it got."""
import http.client
import sys


def ask(connection, method, path, body=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Host": "shop.test", **headers}, encode_chunked="Transfer-Encoding" in headers)
    response = connection.getresponse()
    print(method, path, response.status, response.read())


connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
ask(connection, "GET", "/a?x=1")
ask(connection, "POST", "/b", "text", Content_Type="text/plain")
ask(connection, "POST", "/c", iter([b"it", b"era", b"ted"]), Transfer_Encoding="chunked")
ask(connection, "POST", "/d", b"\x00\x01\xff")
ask(connection, "GET", "/close")
old = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
old._http_vsn, old._http_vsn_str = 10, "HTTP/1.0"
ask(old, "GET", "/ten")
