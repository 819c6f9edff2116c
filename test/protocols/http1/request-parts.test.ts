import { expect, test } from "bun:test";
import { requestParts } from "../../../src/protocols/http1/request-parts.ts";

test("a URL gives the target and the authority", () => {
  const parts = (target: string, origin: string, authority: string) => ({ target, origin, authority });
  expect(requestParts("GET", "http://h:8080/a/b?c=d")).toEqual(parts("/a/b?c=d", "http://h:8080", "h:8080"));
  expect(requestParts("GET", "https://h")).toEqual(parts("/", "https://h", "h"));
  expect(requestParts("GET", "http://h?q=1")).toEqual(parts("/?q=1", "http://h", "h"));
  expect(requestParts("OPTIONS", "http://h*")).toEqual(parts("*", "http://h", "h"));
  expect(requestParts("CONNECT", "http://h:443")).toEqual(parts("h:443", "http://h:443", "h:443"));
  expect(requestParts("GET", "/only")).toEqual(parts("/only", "", ""));
});

test("what would break the request line is escaped", () => {
  expect(requestParts("GET", "http://h/a b\r\nX: y").target).toBe("/a%20b%0D%0AX:%20y");
});
