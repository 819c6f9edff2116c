import { expect, test } from "bun:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Header } from "../../../src/protocols/http1/spec.ts";
import { bodyFromYaml, bodyToYaml, plainYamlBody } from "../../../src/protocols/http1/yaml-body.ts";
import { Fields } from "../../../src/protocols/http1/yaml-fields.ts";
import { bytes, text } from "./example.ts";

const back = (held: Record<string, unknown>, headers: readonly Header[] = []): Uint8Array => {
  const fields = new Fields(held, "resp");
  return bodyFromYaml(fields, headers, plainYamlBody(fields));
};

test("text stays text, bytes stay bytes, long JSON is laid out and goes back exactly", () => {
  expect(bodyToYaml([], bytes("two\nlines"))).toEqual({ body: "two\nlines" });
  expect(bodyToYaml([], new Uint8Array([0, 255]))).toEqual({ body: new Uint8Array([0, 255]) });
  expect(bodyToYaml([], bytes('{"a":1}'))).toEqual({ body: '{"a":1}' });
  const value = { items: Array.from({ length: 40 }, (_unused, index) => ({ index })) };
  const compact = `${JSON.stringify(value)}\n`;
  const held = bodyToYaml([], bytes(compact));
  expect(held).toEqual({ body: JSON.stringify(value, null, 2), body_style: "compact-line" });
  expect(text(back(held))).toBe(compact);
  const edited = { ...held, body: JSON.stringify({ items: [] }, null, 2) };
  expect(text(back(edited))).toBe('{"items":[]}\n');
  expect(text(back({ ...held, body: "no JSON any more" }))).toBe("no JSON any more");
});

test("a coded body stands decoded, its bytes beside it, and an edit wins", () => {
  const coded: Header[] = [["Content-Encoding", "br"]];
  const wire = new Uint8Array(brotliCompressSync("inside", { params: {} }));
  const held = bodyToYaml(coded, wire);
  expect(held).toEqual({ body: "inside", body_wire: wire });
  expect(back(held, coded)).toEqual(wire);
  expect(bodyToYaml(coded, back({ ...held, body: "edited" }, coded))["body"]).toBe("edited");
});

test("a body that its coding does not fit stands as sent", () => {
  const coded: Header[] = [["Content-Encoding", "gzip"]];
  const held = bodyToYaml(coded, bytes("no gzip at all"));
  expect(held).toEqual({ body: "no gzip at all", body_style: "wire" });
  expect(text(back(held, coded))).toBe("no gzip at all");
});

test("files of other tools hold coded bodies decoded, or as bytes", () => {
  const coded: Header[] = [["Content-Encoding", "gzip"]];
  expect(bodyToYaml(coded, back({ body: "decoded" }, coded))["body"]).toBe("decoded");
  const wire = new Uint8Array(gzipSync("raw"));
  expect(back({ body: wire }, coded)).toEqual(wire);
});

test("an unknown style is named", () => {
  expect(() => back({ body: "x", body_style: "odd" })).toThrow("resp.body_style must be one of compact");
});
