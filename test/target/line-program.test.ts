import { expect, test } from "bun:test";
import { LineProgram } from "../../src/target/line-program.ts";

test("what is said is answered in lines of words, and the program ends with its input", async () => {
  const program = new LineProgram(["--clock", "recorded"]);
  program.say(["at", "1.5"]);
  program.say(["hold", 0]);
  expect(await program.line()).toEqual(["set"]);
  expect((await program.line())[0]).toBe("refused");
  program.end();
  await expect(program.line()).rejects.toThrow("the program has ended");
  await program.exited;
});
