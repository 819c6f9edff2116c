import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import type { Header } from "../../../src/protocols/http1/spec.ts";
import { Fields } from "../../../src/protocols/http1/yaml-fields.ts";
import {
  inFile,
  messageBody,
  messageChunks,
  messageMinor,
  withLength,
} from "../../../src/protocols/http1/yaml-message.ts";
import { bytes, text } from "./example.ts";

const body = (held: object, headers: readonly Header[] = []): string =>
  text(messageBody(new Fields(held, "resp"), headers));

test("streams of Keploy's files become the bytes of a stream", () => {
  const events = [
    { ts: "2026-01-01T00:00:00Z", data: { event: "tick", data: "1\n2", id: "7" } },
    { ts: "2026-01-01T00:00:01Z", data: { comment: "ping" } },
  ];
  expect(body({ body: events }, [["Content-Type", "text/event-stream"]])).toBe(
    "id: 7\nevent: tick\ndata: 1\ndata: 2\n\n: ping\n\n",
  );
  const lines = [{ data: { raw: '{"a": 1}' } }, { data: { raw: "x" } }];
  expect(body({ body: lines }, [["Content-Type", "application/x-ndjson"]])).toBe('{"a":1}\nx\n');
  expect(body({ body: lines }, [["Content-Type", "text/plain"]])).toBe('{"a": 1}x');
  expect(() => body({ body: [{ data: {} }] })).toThrow("resp.body[0].data must be an event");
});

test("binary bodies, forms and bodies elsewhere", () => {
  expect(body({ body: "aGk=", body_type: "binary" })).toBe("hi");
  expect(body({ body: "not base64!", body_type: "binary" })).toBe("not base64!");
  expect(body({ body: "", binary: "aGk=" })).toBe("hi");
  expect(body({ form: [{ key: "a", values: ["1"] }] })).toBe("a=1");
  expect(() => body({ body_ref: { path: "assets/x", size: 1 } })).toThrow("resp.body_ref names a file");
  expect(body({})).toBe("");
});

test("lengths follow the body, chunks too", () => {
  const three = bytes("abc");
  expect(withLength([["content-length", "9"]], { kind: "length", length: 9 }, three)).toEqual([
    ["content-length", "3"],
  ]);
  expect(withLength([], { kind: "none" }, three)).toEqual([["Content-Length", "3"]]);
  const headers: Header[] = [["Transfer-Encoding", "chunked"]];
  expect(withLength(headers, { kind: "chunked" }, three)).toBe(headers);
  const chunks = (held: object): string | null => messageChunks(new Fields(held, ""), { kind: "chunked" }, three);
  expect([chunks({}), chunks({ chunks: "1 2" }), chunks({ chunks: "5" })]).toEqual(["3", "1 2", "3"]);
  expect(messageChunks(new Fields({ chunks: "1 2" }, ""), { kind: "none" }, three)).toBeNull();
});

test("versions may be left out, and what the wire refuses is refused in a file by its path", () => {
  const minor = (held: object): number => messageMinor(new Fields(held, ""));
  expect([minor({}), minor({ proto_major: 1, proto_minor: 0 }), minor({ proto_major: 2, proto_minor: 0 })]).toEqual([
    1, 0, 1,
  ]);
  expect(() => minor({ proto_minor: 10 })).toThrow("proto_minor must be one digit");
  const fault = new FormatError("format.bytes", "it is no length", "head");
  const refused = (): void =>
    inFile("resp.header", () => {
      throw fault;
    });
  expect(refused).toThrow("resp.header: it is no length");
});
