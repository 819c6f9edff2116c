import { expect, test } from "bun:test";
import { badRequestResponse, missResponse } from "../../../src/protocols/http1/miss-response.ts";
import { text } from "./example.ts";

test("a miss says what was asked and how near a mock came", () => {
  const nearest = { mock: "mock-3", differs: ["query.page: 1 -> 2"] };
  const response = missResponse({ protocol: "http1", asked: "GET h/a?page=2", nearest });
  expect(response.status).toBe(502);
  expect(JSON.parse(text(response.body))).toEqual({
    error: "No recorded mock answers this request, and the real service is not called in replay.",
    protocol: "http1",
    asked: "GET h/a?page=2",
    nearest,
  });
  expect(response.headers).toContainEqual(["Content-Length", String(response.body.length)]);
});

test("what is no request is told so, and the connection ends", () => {
  expect(badRequestResponse("why")).toMatchObject({ status: 400, reason: "Bad Request" });
  expect(badRequestResponse("why").headers).toContainEqual(["Connection", "close"]);
});
