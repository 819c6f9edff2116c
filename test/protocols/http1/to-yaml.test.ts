import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { specToYaml, urlOf } from "../../../src/protocols/http1/to-yaml.ts";
import { bytes, exchange, throughFile } from "./example.ts";

test("an ordinary exchange has Keploy's shape and nothing beside it", () => {
  const spec = exchange(
    'POST /users?x=1 HTTP/1.1\r\nHost: h:8080\r\nAccept: a\r\nAccept: b\r\nContent-Length: 7\r\n\r\n{"a":1}',
    "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok",
  );
  expect(specToYaml(spec)).toEqual({
    req: {
      method: "POST",
      proto_major: 1,
      proto_minor: 1,
      url: "http://h:8080/users?x=1",
      header: { Host: "h:8080", Accept: ["a", "b"], "Content-Length": "7" },
      body: '{"a":1}',
    },
    resp: {
      status_code: 201,
      status_message: "Created",
      proto_major: 1,
      proto_minor: 1,
      header: { "Content-Length": "2" },
      body: "ok",
    },
  });
});

test("what the readable form loses is noted beside it", () => {
  const spec = exchange(
    "GET http://h/a HTTP/1.1\r\nHost:h\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\nX-T: 1\r\n\r\n",
  );
  const { req, resp } = specToYaml(spec) as { req: object; resp: object };
  expect(req).toMatchObject({ url: "http://h/a", head_wire: "GET http://h/a HTTP/1.1\r\nHost:h\r\n\r\n" });
  expect(resp).toMatchObject({
    head_wire: "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n",
    body: "ab",
    chunks: "1*2",
    trailer: { "X-T": "1" },
    interim: [{ status_code: 103, status_message: "Early Hints", header: { Link: "</a>" } }],
  });
  expect(throughFile(spec)).toEqual(spec);
});

test("bytes, codings and ends without a length survive", () => {
  const head = "GET /a HTTP/1.0\r\n\r\n";
  const coded = Buffer.concat([
    bytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"),
    gzipSync("inside", { level: 1 }),
  ]);
  const spec = exchange(head, new Uint8Array(coded));
  expect(specToYaml(spec)).toMatchObject({ resp: { body: "inside", until_close: true } });
  expect(throughFile(spec)).toEqual(spec);
  const hostless = exchange("GET /a HTTP/1.1\r\nA: b\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n");
  expect(throughFile(hostless)).toEqual(hostless);
});

test("URLs show where a request went", () => {
  expect(urlOf({ method: "GET", target: "/a", origin: "http://h" })).toBe("http://h/a");
  expect(urlOf({ method: "GET", target: "http://h/a", origin: "http://h" })).toBe("http://h/a");
  expect(urlOf({ method: "CONNECT", target: "h:1", origin: "http://h:1" })).toBe("http://h:1");
  expect(urlOf({ method: "OPTIONS", target: "*", origin: "http://h" })).toBe("http://h*");
});
