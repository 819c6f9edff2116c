import { expect, test } from "bun:test";
import {
  describesServer,
  isSetUp,
  leaves,
  nameOf,
  subscribes,
  unsubscribes,
  waitsMs,
} from "../../../src/protocols/redis/commands.ts";

const waits = (line: string) => {
  const words = line.split(" ");
  return waitsMs(nameOf(words), words);
};

test("a name is in capitals, with the subcommand where there are some", () => {
  expect([nameOf(["get", "k"]), nameOf(["client", "setname", "x"]), nameOf([Uint8Array.of(255)])]).toEqual([
    "GET",
    "CLIENT SETNAME",
    "",
  ]);
});

test("what sets up, describes, subscribes and leaves is known", () => {
  expect([isSetUp("HELLO"), isSetUp("GET"), describesServer("INFO"), describesServer("GET")]).toEqual([true, false, true, false]); // prettier-ignore
  expect([subscribes("SSUBSCRIBE"), unsubscribes("PUNSUBSCRIBE"), subscribes("PUBLISH")]).toEqual([true, true, false]);
  expect([leaves("MONITOR"), leaves("GET")]).toEqual(["MONITOR shows what every client does", undefined]);
});

test("how long a command may wait, wherever it says so", () => {
  expect(
    [
      "BLPOP a b 1.5",
      "BLMPOP 2 1 k LEFT",
      "XREAD COUNT 1 block 250 STREAMS s $",
      "XREAD STREAMS s 0",
      "WAIT 1 100",
      "BRPOP k 0",
      "GET k",
    ].map(waits),
  ).toEqual([1500, 2000, 250, undefined, 100, 0, undefined]);
});
