import { expect, test } from "bun:test";
import type { ListenEvent } from "../../src/capture/listeners.ts";
import { fixedListeners } from "../../src/record/fixed-listeners.ts";

const listeners = (range?: readonly [number, number]) => {
  let tell: (event: ListenEvent) => void = () => {};
  const ports = fixedListeners({ onListen: (told) => (tell = told) }, range);
  const say = (kind: ListenEvent["kind"], port: number) =>
    tell({ kind, port, address: "::", family: 6, at: 0, cookie: BigInt(port) });
  return { ports, say };
};

test("ports that the system gives out are not expected again, others are, each once", () => {
  const { ports, say } = listeners([30_000, 40_000]);
  for (const port of [8080, 30_000, 9090, 35_000, 8080, 40_001]) say("listen", port);
  expect(ports()).toEqual([8080, 9090, 40_001]);
});

test("the range is this machine's where none is given", () => {
  const { ports, say } = listeners();
  say("listen", 80);
  expect(ports()).toEqual([80]);
});
