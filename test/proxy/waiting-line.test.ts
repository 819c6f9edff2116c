import { expect, test } from "bun:test";
import { type Line } from "../../src/proxy/line.ts";
import { type Ear } from "../../src/proxy/relay.ts";
import { WaitingLine } from "../../src/proxy/waiting-line.ts";

const lineOf = (told: string[]): Line & { data: { ear: Ear | null } } => ({
  data: { ear: null },
  write: () => 0,
  shutdown: () => {},
  pause: () => void told.push("pause"),
  resume: () => void told.push("resume"),
  terminate: () => {},
});

test("a line is held up; what comes all the same is kept, a FIN too, and that it is gone is told", () => {
  const told: string[] = [];
  const line = lineOf(told);
  const waiting = new WaitingLine(line, {
    early: Buffer.from("early "),
    as: "held",
    gone: () => void told.push("gone"),
  });
  const shared = Buffer.from("late");
  line.data.ear?.data(shared);
  shared.fill(0);
  line.data.ear?.drain();
  line.data.ear?.end();
  line.data.ear?.close(true);
  expect(Buffer.from(waiting.take()).toString()).toBe("early late");
  expect(line.data.ear).toBeNull();
  line.data.ear = { data() {}, drain() {}, end: () => void told.push("end"), close() {} };
  waiting.handedOver();
  expect(told).toEqual(["pause", "gone", "end"]);
  expect(line.data.ear).not.toBeNull();
});

test("one that is read tells of a FIN at once, and is held up when too much comes", () => {
  const told: string[] = [];
  const line = lineOf(told);
  const waiting = new WaitingLine(line, { early: new Uint8Array(0), as: "read", gone: () => void told.push("gone") });
  line.data.ear?.data(new Uint8Array(300_000));
  line.data.ear?.end();
  waiting.handedOver();
  expect(told).toEqual(["resume", "pause", "gone"]);
});
