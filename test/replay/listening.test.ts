import { expect, test } from "bun:test";
import type { ListenEvent } from "../../src/capture/listeners.ts";
import { listeningTo } from "../../src/replay/listening.ts";

const event = (kind: ListenEvent["kind"], port: number, cookie: bigint): ListenEvent => ({
  kind,
  port,
  cookie,
  address: "0.0.0.0",
  family: 4,
  at: 0,
});

test("a port is listened on until the last of its sockets is gone", () => {
  let tell: (event: ListenEvent) => void = () => {};
  const listening = listeningTo({ onListen: (callback) => void (tell = callback) });
  let changes = 0;
  const unsubscribe = listening.subscribe(() => changes++);
  tell(event("listen", 80, 1n));
  tell(event("listen", 80, 2n));
  tell(event("gone", 80, 1n));
  expect([...listening.ports()]).toEqual([80]);
  tell(event("gone", 80, 2n));
  expect([...listening.ports()]).toEqual([]);
  expect(changes).toBe(4);
  unsubscribe();
  tell(event("listen", 81, 3n));
  expect(changes).toBe(4);
});
