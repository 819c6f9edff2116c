import { expect, test } from "bun:test";
import { answerTo, Com, isSetUp, leaves, nameOf } from "../../../src/protocols/mysql/commands.ts";

test("commands are known by their first byte", () => {
  expect([answerTo(Com.Query), answerTo(Com.Close), answerTo(Com.Ping)]).toEqual(["result", "nothing", "ok"]);
  expect([nameOf(Com.InitDb), nameOf(0x77)]).toEqual(["INIT_DB", "COM_119"]);
  expect([isSetUp(Com.Ping), isSetUp(Com.Query)]).toEqual([true, false]);
  expect([leaves(0x12) === undefined, leaves(Com.Query)]).toEqual([false, undefined]);
});
