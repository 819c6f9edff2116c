import { expect, test } from "bun:test";
import { canonicalHost, Endpoints } from "../../src/core/endpoints.ts";

test("only the usual loopback addresses are one host", () => {
  const names = ["127.0.0.1", "::1", "::ffff:127.0.0.1", "LOCALHOST", "127.0.0.2", "::ffff:10.0.0.5", "Db.Example."];
  expect(names.map(canonicalHost)).toEqual([
    ...Array.from({ length: 4 }, () => "localhost"),
    "127.0.0.2",
    "10.0.0.5",
    "db.example",
  ]);
});

test("names and addresses that were seen together are one endpoint, however long the chain", () => {
  const endpoints = new Endpoints();
  endpoints.join("a", "10.0.0.1");
  endpoints.join("b", "10.0.0.2");
  endpoints.join("c", "10.0.0.3");
  expect(endpoints.find("a", "?")).not.toBe(endpoints.find("b", "?"));
  endpoints.join("b", "10.0.0.1");
  expect(endpoints.find("a", "?")).toBe(endpoints.find("10.0.0.2", "?"));
  expect(endpoints.find("c", "?")).not.toBe(endpoints.find("a", "?"));
  expect(endpoints.find("unknown", "10.0.0.3")).toBe(endpoints.find("c", "?"));
  expect(endpoints.find("unknown", "10.9.9.9")).toBeUndefined();
});

test("a hundred thousand names in one chain stay quick", () => {
  const endpoints = new Endpoints();
  for (let index = 0; index < 100_000; index++) endpoints.join(`h${index}`, `h${index + 1}`);
  expect(endpoints.find("h0", "?")).toBe(endpoints.find("h100000", "?"));
});
