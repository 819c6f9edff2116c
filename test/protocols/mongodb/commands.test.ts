import { expect, test } from "bun:test";
import {
  authenticates,
  describesServer,
  isHello,
  isSetUp,
  isVolatile,
  writtenFields,
} from "../../../src/protocols/mongodb/commands.ts";

test("commands are told by their names", () => {
  const names = ["hello", "isMaster", "ismaster", "saslStart", "ping", "buildInfo", "find", "constructor"];
  expect(names.filter(isHello)).toEqual(["hello", "isMaster", "ismaster"]);
  expect(names.filter(authenticates)).toEqual(["saslStart"]);
  expect(names.filter(isSetUp)).toEqual(["ping"]);
  expect(names.filter(describesServer)).toEqual(["buildInfo"]);
});

test("what differs from run to run is known, and where a command writes", () => {
  expect(["lsid", "txnNumber", "$clusterTime", "filter", "comment"].filter(isVolatile)).toHaveLength(3);
  expect(["insert", "update", "find"].map(writtenFields)).toEqual([["documents"], ["updates"], []]);
});
