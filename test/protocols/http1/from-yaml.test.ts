import { describe, expect, test } from "bun:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { FormatError } from "../../../src/core/errors.ts";
import { specFromYaml } from "../../../src/protocols/http1/from-yaml.ts";
import { http1Driver } from "../../../src/protocols/http1/index.ts";
import { bytes, exchange, text, throughFile } from "./example.ts";

describe("what a person edits wins", () => {
  const odd = exchange(
    "POST /a HTTP/1.1\r\nHost:h\r\nContent-Length: 3\r\n\r\nabc",
    new Uint8Array(
      Buffer.concat([
        bytes(`HTTP/1.1 200 OK\r\nContent-Encoding:gzip\r\nContent-Length: ${gzipSync("inside").length}\r\n\r\n`),
        gzipSync("inside"),
      ]),
    ),
  );

  test("untouched, every byte comes back", () => expect(throughFile(odd)).toEqual(odd));

  test("a body takes its length and coding along", () => {
    const { request, response } = throughFile(odd, ({ req, resp }) => {
      req["body"] = "longer";
      resp["body"] = "another inside";
    });
    expect([text(request.body), request.headWire, request.headers.at(-1)]).toEqual([
      "longer",
      null,
      ["Content-Length", "6"],
    ]);
    expect(gunzipSync(response.body).toString()).toBe("another inside");
    expect(response.headers).toEqual([
      ["Content-Encoding", "gzip"],
      ["Content-Length", String(response.body.length)],
    ]);
  });

  test("a field, a URL, a status", () => {
    const { request, response } = throughFile(odd, ({ req, resp }) => {
      req["url"] = "http://h/b?c=1";
      (resp["header"] as Record<string, string>)["X-More"] = "1";
      resp["status_code"] = 202;
    });
    expect([request.target, request.headWire]).toEqual(["/b?c=1", null]);
    expect([response.status, response.headWire, response.headers.length]).toEqual([202, null, 3]);
  });
});

describe("files of Keploy", () => {
  test("a test case as its version 1beta1 writes it", () => {
    const spec = specFromYaml({
      metadata: {},
      req: {
        method: "POST",
        proto_major: 1,
        proto_minor: 1,
        url: "http://localhost:8080/url?x=1",
        header: {
          Accept: "*/*",
          "Content-Length": "21",
          "Content-Type": "application/json",
          "User-Agent": "curl/7.88.1",
        },
        body: '{\n  "url": "https://a"\n}',
        body_type: "",
        timestamp: "2024-01-01T00:00:00.123456789+05:30",
      },
      resp: {
        status_code: 200,
        header: { "Content-Length": "13", Date: "Mon, 01 Jan 2024 00:00:00 GMT", "Set-Cookie": "a=1,b=2" },
        body: '{"short":"x"}',
        body_type: "",
        status_message: "OK",
        proto_major: 0,
        proto_minor: 0,
        timestamp: "2024-01-01T00:00:00Z",
      },
      objects: [],
      assertions: { noise: { "header.Date": [] } },
      created: 1704067200,
    });
    expect(spec.request.headers[0]).toEqual(["Host", "localhost:8080"]);
    expect(spec.request.headers).toContainEqual(["Content-Length", "24"]);
    expect(http1Driver.summary(spec)).toBe("POST /url?x=1 -> 200");
    expect(http1Driver.title(spec)).toBe("post-url");
  });

  test("a mock without lengths answers with one; chunked stays chunked; streams and gaps are read", () => {
    const resp = (fields: object) => specFromYaml({ req: { url: "http://h/" }, resp: fields }).response;
    expect(resp({ status_code: 200, body: "hello" }).headers).toEqual([["Content-Length", "5"]]);
    expect(resp({ body: "hello", header: { "Transfer-Encoding": "chunked" } })).toMatchObject({
      chunks: "5",
      reason: "OK",
    });
    expect(resp({ status_code: 204 }).headers).toEqual([]);
    expect(
      resp({ status_code: 200, body_skipped: true, body_size: 2_000_000, header: { "Content-Length": "2000000" } }),
    ).toMatchObject({
      skippedSize: 2_000_000,
      headers: [["Content-Length", "2000000"]],
    });
    const stream = resp({ header: { "Content-Type": "text/event-stream" }, body: [{ ts: "x", data: { data: "1" } }] });
    expect(text(stream.body)).toBe("data: 1\n\n");
  });
});

test("what is wrong is named by its path", () => {
  const where = (spec: unknown): string => {
    try {
      specFromYaml(spec);
    } catch (error) {
      if (error instanceof FormatError && error.code === "format.yaml") return error.where;
      throw error;
    }
    return "";
  };
  expect([
    where(null),
    where({ resp: {} }),
    where({ req: {}, resp: "x" }),
    where({ req: { method: "A B" }, resp: {} }),
    where({ req: { body: {} }, resp: {} }),
    where({ req: {}, resp: { status_code: "abc" } }),
    where({ req: {}, resp: { status_code: 7 } }),
    where({ req: { header: { "Content-Length": "x" } }, resp: {} }),
    where({ req: { head_wire: "GARBAGE" }, resp: {} }),
    where({ req: {}, resp: { interim: ["x"] } }),
  ]).toEqual([
    "",
    "req",
    "resp",
    "req.method",
    "req.body",
    "resp.status_code",
    "resp.status_code",
    "req.header",
    "req.head_wire",
    "resp.interim[0]",
  ]);
});
