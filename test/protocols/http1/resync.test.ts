import { expect, test } from "bun:test";
import type { Side } from "../../../src/core/protocol.ts";
import { Resync, type Verdict } from "../../../src/protocols/http1/resync.ts";
import { bytes } from "./example.ts";

const REQUEST = "GET /b HTTP/1.1\r\nHost: h\r\n\r\n";
const RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

const judge = (lines: readonly (readonly [Side, string])[], pipelined = false): Verdict[] => {
  const resync = new Resync();
  resync.request("h", pipelined);
  resync.lose();
  return lines.map(([from, text]) => resync.judge({ from, bytes: bytes(text), at: 1 }));
};

test("without a loss everything is read", () => {
  expect(new Resync().judge({ from: "server", bytes: bytes("x"), at: 1 })).toBe("read");
});

test("after a loss, a request to a known host that follows the server's bytes begins again", () => {
  expect(
    judge([
      ["client", "rest"],
      ["server", RESPONSE],
      ["client", REQUEST],
      ["server", RESPONSE],
      ["client", "x"],
    ]),
  ).toEqual(["skip", "skip", "read", "read", "read"]);
});

test("whatever is not sure stays unread", () => {
  expect(
    judge([
      ["client", REQUEST],
      ["server", RESPONSE],
    ]),
  ).toEqual(["skip", "skip"]);
  expect(
    judge(
      [
        ["server", RESPONSE],
        ["client", REQUEST],
      ],
      true,
    ),
  ).toEqual(["skip", "skip"]);
  expect(
    judge([
      ["server", RESPONSE],
      ["client", REQUEST.replace(": h", ": other")],
    ]),
  ).toEqual(["skip", "skip"]);
  expect(
    judge([
      ["server", RESPONSE],
      ["client", `tail${REQUEST}`],
    ]),
  ).toEqual(["skip", "skip"]);
  expect(
    judge([
      ["server", RESPONSE],
      ["client", REQUEST.slice(0, 20)],
    ]),
  ).toEqual(["skip", "skip"]);
});

test("a request that is answered by no response was none", () => {
  expect(
    judge([
      ["server", "x"],
      ["client", REQUEST],
      ["server", "middle of a body"],
      ["client", REQUEST],
      ["server", RESPONSE],
    ]),
  ).toEqual(["skip", "read", "drop", "read", "read"]);
});
