import { expect, test } from "bun:test";
import { detect } from "../../../src/protocols/redis/detect.ts";

const of = (text: string) => detect(Buffer.from(text));

test("a list of strings is Redis's, from its first bytes on never refused", () => {
  const whole = "*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n";
  for (let length = 1; length < 8; length++) expect(of(whole.slice(0, length))).toBe("more");
  expect([of(whole.slice(0, 8)), of(whole)]).toEqual(["yes", "yes"]);
});

test("a typed line, but none that HTTP could mean", () => {
  expect([of("PING\r\n"), of("ping\r"), of("AUTH x\r\n"), of("INF")]).toEqual(["yes", "more", "yes", "more"]);
  expect([of("GET / HTTP/1.1\r\n"), of("INFORM x"), of("HELLO there HTTP/1.1\r\n"), of("*\r\n"), of("*0\r\n"), of("\x16\x03\x01")]).toEqual(["no", "no", "no", "no", "no", "no"]); // prettier-ignore
});
