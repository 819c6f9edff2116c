import { expect, test } from "bun:test";
import { Com } from "../../../src/protocols/mysql/commands.ts";
import { PLAIN_DONE } from "../../../src/protocols/mysql/endings.ts";
import type { Command, Execution } from "../../../src/protocols/mysql/spec.ts";
import { isWorthKeeping, reuseOf } from "../../../src/protocols/mysql/worth.ts";

const ping: Command = { type: "command", database: "", user: "", command: "PING", argument: "", replies: [{ reply: "ok", ...PLAIN_DONE, status: 3 }] }; // prettier-ignore
const asked = (sql: string) => ({ type: "execution", sql }) as Execution;

test("a plain OK to what sets a connection up is not kept", () => {
  expect(isWorthKeeping(Com.Ping, ping)).toBe(false);
  expect(isWorthKeeping(Com.Ping, { ...ping, replies: [{ reply: "error", code: 1, state: "", message: "" }] })).toBe(true); // prettier-ignore
  expect(isWorthKeeping(Com.Statistics, ping)).toBe(true);
});

test("what pools ask may be answered again", () => {
  expect([reuseOf(asked("SET NAMES utf8")), reuseOf(asked("SELECT n FROM t")), reuseOf(ping)]).toEqual(["repeat", "once", "repeat"]); // prettier-ignore
});
