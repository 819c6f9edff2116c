import { expect, test } from "bun:test";
import { Sessions } from "../../../src/proxy/tls/sessions.ts";

const bytes = Uint8Array.of(1);

test("the latest session of a server is given, as often as it is asked for", () => {
  const sessions = new Sessions();
  expect(sessions.get("shop")).toBeNull();
  const first = { bytes, chain: [], provedAt: performance.now() };
  const second = { ...first, bytes: Uint8Array.of(2) };
  sessions.keep("shop", first);
  sessions.keep("shop", second);
  expect(sessions.get("shop")).toBe(second);
  expect(sessions.get("shop")).toBe(second);
  expect(sessions.get("bank")).toBeNull();
  sessions.forget("shop");
  expect(sessions.get("shop")).toBeNull();
});

test("ten seconds behind its first handshake a session is over, however often it was renewed", () => {
  const sessions = new Sessions();
  sessions.keep("shop", { bytes, chain: [], provedAt: performance.now() - 9_000 });
  expect(sessions.get("shop")).not.toBeNull();
  sessions.keep("shop", { bytes, chain: [], provedAt: performance.now() - 10_001 });
  expect(sessions.get("shop")).toBeNull();
});
