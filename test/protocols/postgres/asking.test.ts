import { expect, test } from "bun:test";
import { type Asking, endsRound, isUnanswered, takeCopied } from "../../../src/protocols/postgres/asking.ts";

test("which messages a ReadyForQuery follows, and which nothing follows", () => {
  const sync: Asking = { message: "sync", at: 0 };
  const flush: Asking = { message: "flush", at: 0 };
  expect([endsRound(sync), endsRound(flush), isUnanswered(sync), isUnanswered(flush)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test("copied data is taken from behind its query, and a Sync in between is dropped", () => {
  const at = 0;
  const copy = { pieces: [] as Uint8Array[], end: "cut" as "cut" | "done" | "failed", reason: "" };
  const queue: Asking[] = [
    { message: "execute", portal: "", limit: 0, at },
    { message: "sync", at },
    { message: "copyData", contents: [Uint8Array.of(1)], at },
  ];
  expect(takeCopied(queue, copy)).toBe(false);
  queue.push({ message: "copyDone", at }, { message: "sync", at });
  expect(takeCopied(queue, copy)).toBe(true);
  expect(queue.map((each) => each.message)).toEqual(["execute", "sync"]);
  expect(copy).toEqual({ pieces: [Uint8Array.of(1)], end: "done", reason: "" });
});
