import { expect, test } from "bun:test";
import { detect } from "../../../src/protocols/mongodb/detect.ts";
import { message, query } from "./messages.ts";

test("a first message is known by its head, and not sooner", () => {
  const bytes = message({ hello: 1, $db: "admin" }, { id: 77 });
  expect([0, 3, 8, 15].map((length) => detect(bytes.subarray(0, length)))).toEqual(["more", "more", "more", "more"]);
  expect([detect(bytes.subarray(0, 16)), detect(bytes), detect(query({ isMaster: 1 }))]).toEqual(["yes", "yes", "yes"]);
});

test("others begin otherwise", () => {
  const others = ["GET / HTTP/1.1\r\n\r\n", "*1\r\n$4\r\nPING\r\n", "\u0000\u0000\u0000\u0008\u0004\u00d2\u0016\u002f"];
  expect(others.map((text) => detect(Buffer.from(text, "latin1")))).toEqual(["no", "no", "no"]);
  expect(detect(message({ ok: 1 }, { to: 5 }))).toBe("no");
});
