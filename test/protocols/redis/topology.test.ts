import { expect, test } from "bun:test";
import type { RedisSpec } from "../../../src/protocols/redis/index.ts";
import { isRedirection, tellsOf } from "../../../src/protocols/redis/topology.ts";
import { bulk, error, integer, list, type Value } from "../../../src/protocols/redis/value.ts";

const answered = (reply: Value): RedisSpec => ({ type: "command", database: 0, version: 2, words: ["CLUSTER", "SLOTS"], reply }); // prettier-ignore
const slots = answered(list([list([integer(0), integer(100), list([bulk(Buffer.from("10.0.0.1")), integer(7001)])])]));
const nodes = answered(bulk(Buffer.from("4b5 10.0.0.1:7001@17001,host-a master - 0 0 1 connected 0-100\n")));

test("an answer is of the cluster that it tells of", () => {
  const at = (address: string, port: number, host = address) => ({ host, address, port });
  const asked = [at("10.0.0.1", 7001), at("10.0.0.1", 7002), at("10.0.0.2", 7001), at("10.0.0.2", 7001, "host-a")];
  expect(asked.map((node) => tellsOf(node, slots))).toEqual([true, false, false, false]);
  expect(asked.map((node) => tellsOf(node, nodes))).toEqual([true, false, false, true]);
});

test("a redirection is an error that names another node", () => {
  const said = [error("MOVED 3999 10.0.0.1:7001"), error("ASK 3999 10.0.0.1:7001"), error("ERR MOVED"), integer(1)];
  expect(said.map(isRedirection)).toEqual([true, true, false, false]);
});
