import { expect, test } from "bun:test";
import { RelayedJournal } from "../../src/record/relayed-journal.ts";
import { rootTest } from "../support/root-test.ts";
import { Tapped } from "../support/captured.ts";

const opening = {
  direction: "incoming",
  client: { address: "192.0.2.7", port: 40_000 },
  server: { address: "192.0.2.1", port: 8443 },
  at: Date.now(),
} as const;

const source = { hold() {}, release() {} };

test("a connection before the tap is a mistake of ours", () => {
  expect(() => new RelayedJournal(() => null).open(opening, source)).toThrow("before the tap");
});

rootTest("what relays tell is in the tap's journal, and the app's last word is waited for", async () => {
  await using app = new Tapped();
  const journal = new RelayedJournal(() => app.tap);
  await journal.untilSilent(AbortSignal.timeout(60_000));
  const connection = journal.open(opening, source);
  const none = journal.untilSilent(AbortSignal.timeout(60_000));
  connection.note({ host: "shop.test", isTls: true }, opening.at);
  connection.data("client", new TextEncoder().encode("ask"), opening.at);
  connection.end("client", opening.at);
  connection.end("server", opening.at);
  await none;
  connection.close(false, opening.at);
  const events = await app.events();
  const told = ["open", "note", "chunk", "end", "end", "close"];
  expect(events.map(({ type, flow }) => `${type} ${flow.direction}`)).toEqual(told.map((type) => `${type} incoming`));
});
