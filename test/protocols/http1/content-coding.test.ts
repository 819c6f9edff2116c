import { expect, test } from "bun:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { codingsOf, decodeBody, encodeBody } from "../../../src/protocols/http1/content-coding.ts";
import type { Header } from "../../../src/protocols/http1/spec.ts";
import { bytes } from "./example.ts";

const plain = bytes("some text, some text, some text");
const coded = (coding: string): Header[] => [["Content-Encoding", coding]];

test("every coding of the wire is undone, and put on again", () => {
  const bodies = {
    gzip: gzipSync(plain),
    deflate: deflateSync(plain),
    br: brotliCompressSync(plain),
    zstd: zstdCompressSync(plain),
  };
  for (const [coding, body] of Object.entries(bodies)) {
    expect(decodeBody(coded(coding), new Uint8Array(body))).toEqual(plain);
    expect(decodeBody(coded(coding), encodeBody(coded(coding), plain) ?? plain)).toEqual(plain);
  }
  expect(decodeBody(coded("deflate"), new Uint8Array(deflateRawSync(plain)))).toEqual(plain);
});

test("codings are undone from the last to the first, those of the transfer too", () => {
  const headers: Header[] = [
    ["Transfer-Encoding", "gzip, chunked"],
    ["Content-Encoding", "br, identity"],
  ];
  expect(codingsOf(headers)).toEqual(["br", "gzip"]);
  expect(decodeBody(headers, new Uint8Array(gzipSync(brotliCompressSync(plain))))).toEqual(plain);
});

test("what cannot be undone says so", () => {
  expect(decodeBody(coded("gzip"), plain)).toBeUndefined();
  expect(decodeBody(coded("aes128gcm"), plain)).toBeUndefined();
  expect(encodeBody(coded("aes128gcm"), plain)).toBeUndefined();
  expect(decodeBody([], plain)).toBe(plain);
  expect(decodeBody(coded("gzip"), plain.subarray(0, 0))?.length).toBe(0);
});
