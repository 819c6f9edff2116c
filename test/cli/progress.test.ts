import { expect, test } from "bun:test";
import { startProgress } from "../../src/cli/progress.ts";
import { plainPaint } from "../../src/report/paint.ts";
import { keptStream } from "../support/call.ts";

test("a log sees a line of what takes long, and nothing of the end", () => {
  const stream = keptStream(false);
  const progress = startProgress({ stream, total: 3, label: "tests", paint: plainPaint, lineMs: 0 });
  progress.set(2, "x");
  progress.set(3, "y");
  progress.end();
  expect(stream.text()).toBe("2/3 tests\n");
});

test("a log sees nothing of what is soon over", () => {
  const stream = keptStream(false);
  const progress = startProgress({ stream, total: 3, label: "tests", paint: plainPaint });
  progress.set(2, "x");
  progress.end();
  expect(stream.text()).toBe("");
});

test("a terminal sees one line that fits, and then nothing", () => {
  const stream = keptStream(true, 60);
  const progress = startProgress({ stream, total: 2, label: "tests", paint: plainPaint });
  progress.set(2, "a-very-long-name-of-a-test-that-does-not-fit-into-the-line");
  progress.end();
  const drawn = stream.text().split("\r\u001B[K");
  expect(drawn.map((line) => line.length <= 60)).toEqual(drawn.map(() => true));
  expect(drawn.at(-2)).toStartWith(`${"━".repeat(24)} 2/2 tests a-very`);
  expect(drawn.at(-1)).toBe("");
});
