import { expect, test } from "bun:test";
import { ESTABLISHED, farEndOf, isConnect, leadsOn } from "../../../src/protocols/http1/connect.ts";
import { text } from "./example.ts";

test("a far end is a host and a port, and nothing else is one", () => {
  expect(farEndOf("api.example:443")).toEqual({ host: "api.example", port: 443 });
  expect(farEndOf("[2001:db8::1]:8443")).toEqual({ host: "2001:db8::1", port: 8443 });
  for (const target of [
    "",
    "api.example",
    "api.example:0",
    "api.example:70000",
    "a:b:1",
    "http://a:1",
    "/a",
    "u@a:1",
  ]) {
    expect([target, farEndOf(target)]).toEqual([target, null]);
  }
});

test("a tunnel and the demand for credentials lead on", () => {
  expect([200, 204, 407, 403, 502, 101].map(leadsOn)).toEqual([true, true, true, false, false, false]);
  expect([isConnect({ method: "CONNECT" }), isConnect({ method: "GET" })]).toEqual([true, false]);
  expect(text(ESTABLISHED)).toEndWith("\r\n\r\n");
});
