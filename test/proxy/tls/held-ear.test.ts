import { expect, test } from "bun:test";
import type { Ear } from "../../../src/proxy/relay.ts";
import { HeldEar } from "../../../src/proxy/tls/held-ear.ts";

test("what comes before there is an ear is told in its order, and the line holds still meanwhile", async () => {
  const said: string[] = [];
  const held = new HeldEar((isHeld) => said.push(isHeld ? "hold" : "go"));
  const ear: Ear = {
    data: (bytes) => said.push(Buffer.from(bytes).toString()),
    drain: () => said.push("drain"),
    end: () => said.push("end"),
    close: (isReset) => said.push(`close ${isReset}`),
  };
  const bytes = Buffer.from("ab");
  held.data(bytes);
  bytes.fill(0);
  held.data(Buffer.from("cd"));
  held.end();
  held.ear = ear;
  expect(said).toEqual(["hold"]);
  await Promise.resolve();
  expect(said).toEqual(["hold", "ab", "cd", "end", "go"]);
  held.data(Buffer.from("ef"));
  held.drain();
  held.close(true);
  expect(said.slice(5)).toEqual(["ef", "drain", "close true"]);
  expect(held.ear).toBeNull();
});
