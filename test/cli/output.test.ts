import { expect, test } from "bun:test";
import { createOutput } from "../../src/cli/output.ts";
import { keptStream } from "../support/call.ts";

const make = (options: { json?: boolean; debug?: boolean; terminal?: boolean; noColor?: boolean }) => {
  const [stdout, stderr] = [keptStream(options.terminal), keptStream(options.terminal)];
  const { json = false, debug = false, noColor = false } = options;
  return { output: createOutput({ stdout, stderr, json, debug, noColor }), stdout: stdout.text, stderr: stderr.text };
};

test("on a pipe: plain lines, complaints on stderr", () => {
  const { output, stdout, stderr } = make({});
  output.say("a");
  output.success("b");
  output.warn("c");
  output.error("d");
  output.debug("e");
  output.document({ a: 1 });
  expect([stdout(), stderr()]).toEqual(["a\n✓ b\n", "warning: c\nerror: d\n"]);
});

test("with --json: one document on stdout, the rest on stderr", () => {
  const { output, stdout, stderr } = make({ json: true, debug: true });
  output.say("a");
  output.document({ a: [1] });
  output.debug("e");
  expect([JSON.parse(stdout()), stderr()]).toEqual([{ a: [1] }, "a\ndebug: e\n"]);
});

test("colours are for terminals that want them", () => {
  expect(make({ terminal: true }).output.paint.bad("x")).toBe("\u001B[31mx\u001B[39m");
  expect(make({ terminal: true, noColor: true }).output.paint.bad("x")).toBe("x");
  expect(make({}).output.paint.bad("x")).toBe("x");
});

test("the same line twice is printed twice, and lines stand above the bar", () => {
  const { output, stdout, stderr } = make({ terminal: true, noColor: true });
  const bar = output.progress(2, "tests");
  output.say("same");
  output.say("same");
  bar.end();
  output.say("after");
  expect(stdout()).toBe("same\nsame\nafter\n");
  expect(stderr()).toEndWith("\r\u001B[K");
});
