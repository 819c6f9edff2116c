import { expect, test } from "bun:test";
import { Backpressure, type Source } from "../../src/capture/backpressure.ts";

const BYTES = 100;

/** A ring of which the test says how full it is, and sources that tell what they hear. */
const filling = (stallMs = 60_000) => {
  const ring = { waiting: 0 };
  const told: string[] = [];
  const released = { resolve: () => {} };
  const sourceOf = (name: string): Source => ({
    hold: () => void told.push(`${name} held`),
    release: () => {
      told.push(`${name} goes on`);
      released.resolve();
    },
  });
  const pressure = new Backpressure({ waitingBytes: () => ring.waiting, mostBytes: BYTES, stallMs });
  const goingOn = () => new Promise<void>((resolve) => (released.resolve = resolve));
  return { ring, told, sourceOf, pressure, goingOn };
};

test("all are held while much waits, whoever comes then too, and go on when there is room", async () => {
  const { ring, told, sourceOf, pressure, goingOn } = filling();
  const gone = pressure.add(sourceOf("gone"));
  pressure.add(sourceOf("first"));
  gone();
  ring.waiting = BYTES;
  pressure.filled();
  expect(told).toEqual([]);
  ring.waiting++;
  pressure.filled();
  pressure.filled();
  pressure.add(sourceOf("second"));
  expect(told.splice(0)).toEqual(["first held", "second held"]);
  const released = goingOn();
  ring.waiting = BYTES / 2;
  await released;
  expect(told).toEqual(["first goes on", "second goes on"]);
});

test("a ring that nobody empties holds nobody up, until somebody does", async () => {
  const { ring, told, sourceOf, pressure, goingOn } = filling(1);
  pressure.add(sourceOf("a"));
  ring.waiting = BYTES + 1;
  const released = goingOn();
  pressure.filled();
  await released;
  pressure.filled();
  expect(told.splice(0)).toEqual(["a held", "a goes on"]);
  ring.waiting = 0;
  pressure.filled();
  ring.waiting = BYTES + 1;
  pressure.filled();
  expect(told).toEqual(["a held"]);
  pressure[Symbol.dispose]();
});

test("when it is over, all go on at once, and nobody is held again", () => {
  const { ring, told, sourceOf, pressure } = filling();
  pressure.add(sourceOf("a"));
  ring.waiting = BYTES + 1;
  pressure.filled();
  pressure[Symbol.dispose]();
  pressure.filled();
  pressure[Symbol.dispose]();
  expect(told).toEqual(["a held", "a goes on"]);
});
