import { expect, test } from "bun:test";
import { Payload } from "../../../src/protocols/http1/payload.ts";
import { bytes } from "./example.ts";

test("small and large runs are joined in order", () => {
  const payload = new Payload();
  const runs = Array.from({ length: 5000 }, (_unused, index) =>
    new Uint8Array(index % 97 === 0 ? 9000 : (index % 40) + 1).fill(index),
  );
  for (const run of runs) payload.add(run);
  expect(payload.length).toBe(runs.reduce((sum, run) => sum + run.length, 0));
  expect(Buffer.compare(payload.join(), Buffer.concat(runs))).toBe(0);
});

test("a single run is not copied", () => {
  const payload = new Payload();
  const run = bytes("only");
  payload.add(run);
  expect(payload.join()).toBe(run);
  expect(new Payload().join().length).toBe(0);
});
