import { expect, test } from "bun:test";
import { Relays } from "../../src/proxy/relays.ts";

test("what is open is closed with the rest; what is over, even before it began, is forgotten", () => {
  const relays = new Relays();
  const aborted: string[] = [];
  const ends: (() => void)[] = [];
  for (const name of ["a", "b"]) {
    relays.add((onClosed) => {
      ends.push(onClosed);
      return { abort: () => void aborted.push(name) };
    });
  }
  relays.add((onClosed) => (onClosed(), { abort: () => void aborted.push("early") }));
  expect(relays.size).toBe(2);
  ends[0]?.();
  relays.close();
  expect([relays.size, aborted]).toEqual([1, ["b"]]);
});
