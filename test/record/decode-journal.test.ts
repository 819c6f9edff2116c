import { expect } from "bun:test";
import { openJournal } from "../../src/capture/journal.ts";
import { decodeJournal } from "../../src/record/decode-journal.ts";
import { Recording } from "../../src/record/recording.ts";
import { createTestSet } from "../../src/store/test-set-writer.ts";
import { Folder } from "../support/folder.ts";
import { everything, recordApp } from "../support/recorded.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("a journal can be decoded again, and tells how far it is", async () => {
  using folder = new Folder();
  const { outcome } = await recordApp(folder.path, ["?a=1", "?a=2"], true);
  await using journal = await openJournal(outcome.capture ?? "");
  const protocols = [...everything.protocols, everything.fallback];
  const writer = createTestSet(folder.path, "again", { owner: null, protocols, redactor: null });
  const names: string[] = [];
  const sink = new Recording(writer, (name) => names.push(name), new Set());
  const told: number[] = [];
  await decodeJournal({
    ...everything,
    journal,
    writer,
    sink,
    follow: null,
    pace: null,
    progress: (bytes) => told.push(bytes),
  });
  expect(names).toEqual(["get-sum-1", "get-sum-2"]);
  expect(sink.counts).toEqual({ tests: 2, mocks: 2 });
  expect(told.at(-1)).toBeGreaterThan(0);
  await writer.discard();
});
