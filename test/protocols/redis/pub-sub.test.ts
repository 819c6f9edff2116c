import { expect, test } from "bun:test";
import { confirmations, countIn, kindOf } from "../../../src/protocols/redis/pub-sub.ts";
import { bulk, integer, list, OK, type Value } from "../../../src/protocols/redis/value.ts";

const said = (type: "list" | "push", first: string): Value => ({
  type,
  items: [bulk(Buffer.from(first)), bulk(Buffer.from("ch")), integer(2)],
});

test("RESP2's messages are lists and can come only while subscribed", () => {
  expect([kindOf(said("list", "message"), true), kindOf(said("list", "message"), false)]).toEqual(["push", "reply"]);
  expect([kindOf(said("list", "subscribe"), true), kindOf(said("list", "pong"), true), kindOf(OK, true)]).toEqual([
    "confirmation",
    "reply",
    "reply",
  ]);
});

test("RESP3's pushes are told by their kind", () => {
  expect([kindOf(said("push", "invalidate"), false), kindOf(said("push", "unsubscribe"), false)]).toEqual([
    "push",
    "confirmation",
  ]);
});

test("a command is confirmed for each channel; without any, for all that there are", () => {
  expect([confirmations(["SUBSCRIBE", "a", "b"], 0), confirmations(["UNSUBSCRIBE"], 3), confirmations(["UNSUBSCRIBE"], 0)]).toEqual([2, 3, 1]); // prettier-ignore
  expect([countIn(said("push", "subscribe")), countIn(list([]))]).toEqual([2, 0]);
});
