/** A line that is held still, and what its ear hears of that time after. */
import { expect, test } from "bun:test";
import { StillLine } from "../../src/proxy/leaving.ts";
import type { Ear } from "../../src/proxy/relay.ts";

const heard = () => {
  const told: string[] = [];
  const ear: Ear = {
    data: (bytes) => void told.push(`data ${Buffer.from(bytes).toString()}`),
    drain: () => void told.push("drain"),
    end: () => void told.push("end"),
    close: (isReset) => void told.push(`close ${isReset}`),
  };
  const line = {
    data: { ear: ear as Ear | null },
    write: (bytes: Uint8Array) => bytes.length,
    shutdown: () => void told.push("FIN"),
    pause: () => void told.push("pause"),
    resume: () => void told.push("resume"),
    terminate: () => void told.push("reset"),
  };
  return { told, line };
};

test("released, its ear hears in order what came meanwhile", () => {
  const { told, line } = heard();
  const still = new StillLine(line);
  const bytes = Buffer.from("one");
  line.data.ear?.data(bytes);
  bytes.fill("-");
  line.data.ear?.drain();
  line.data.ear?.end();
  line.data.ear?.close(true);
  expect(told).toEqual(["pause"]);
  still.release();
  expect(told).toEqual(["pause", "resume", "data one", "drain", "end", "close true"]);
  line.data.ear?.data(Buffer.from("two"));
  expect(told.at(-1)).toBe("data two");
});

test("dropped, it is reset and nobody hears it", () => {
  const { told, line } = heard();
  const still = new StillLine(line);
  line.data.ear?.close(true);
  still.drop();
  expect([told, line.data.ear]).toEqual([["pause", "reset"], null]);
});
