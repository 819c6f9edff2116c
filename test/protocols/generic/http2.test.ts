import { expect, test } from "bun:test";
import { isHttp2 } from "../../../src/protocols/generic/http2.ts";

test("the preface alone is HTTP/2", () => {
  const first = ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HTTP/2.0", "GET / HTTP/1.1\r\n"];
  expect(first.map((text) => isHttp2(new TextEncoder().encode(text)))).toEqual([true, false, false]);
});
