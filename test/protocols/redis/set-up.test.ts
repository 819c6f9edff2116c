import { expect, test } from "bun:test";
import { helloReply, setUpReply } from "../../../src/protocols/redis/set-up.ts";
import { encoded, type Value } from "../../../src/protocols/redis/value.ts";

const text = (value: Value) => Buffer.from(encoded(value)).toString();

test("PING as a server answers it, subscribed or not", () => {
  expect([
    text(setUpReply("PING", ["PING"], false)),
    text(setUpReply("PING", ["PING", "x"], false)),
    text(setUpReply("PING", ["PING"], true)),
    text(setUpReply("SELECT", ["SELECT", "1"], false)),
    text(setUpReply("RESET", ["RESET"], false)),
  ]).toEqual(["+PONG\r\n", "$1\r\nx\r\n", "*2\r\n$4\r\npong\r\n$0\r\n\r\n", "+OK\r\n", "+RESET\r\n"]);
});

test("HELLO is a map in RESP3 and a list before", () => {
  expect(text(helloReply(3))).toStartWith("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n");
  expect(text(helloReply(2))).toStartWith("*14\r\n$6\r\nserver\r\n");
});
