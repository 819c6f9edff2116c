import { expect, test } from "bun:test";
import { guarded } from "../../src/proxy/journal.ts";
import { KeptJournal } from "../support/loopback.ts";

test("a journal is opened at once and told everything in order", () => {
  const kept = new KeptJournal();
  const journal = guarded(() => kept);
  journal.note({ host: "shop.example", isTls: true }, 1);
  journal.data("client", Buffer.from("hi"), 1);
  journal.end("client", 2);
  journal.close(true, 3);
  expect(kept.events).toEqual(["note", "client data", "client end", "reset"]);
});

test("one that cannot be opened, or throws, is told nothing more", () => {
  const closed = guarded(() => {
    throw new Error("disk full");
  });
  closed.data("client", new Uint8Array(1), 1);
  const kept = new KeptJournal();
  const broken = guarded(() => ({
    note: () => {
      throw new Error("no room");
    },
    data: kept.data,
    end: kept.end,
    goesOn: kept.goesOn,
    left: kept.left,
    close: kept.close,
  }));
  broken.data("client", new Uint8Array(1), 1);
  broken.note({ unread: "why" }, 2);
  broken.end("client", 3);
  expect(kept.events).toEqual(["client data"]);
});
