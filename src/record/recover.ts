/**
 * Finishes what a recorder that was killed has left: its journal is decoded from the beginning, into the test set that it
 * had begun. The same bytes give the same tests as if nothing had happened.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "../capture/journal.ts";
import type { Driver, Protocol } from "../core/protocol.ts";
import { createTestSet } from "../store/test-set-writer.ts";
import { ownerOf, type User } from "../target/user.ts";
import { removeJournal, type LeftOver } from "./captures.ts";
import { decodeJournal } from "./decode-journal.ts";
import { Recording } from "./recording.ts";

export interface RecoverOptions {
  readonly root: string;
  readonly user: User | null;
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  readonly drivers: readonly Driver[];
  readonly versions: { readonly reprise: string; readonly kernel: string };
}

export interface Recovered {
  /** `null` when the capture held nothing whole. */
  readonly testSet: string | null;
  readonly tests: number;
  readonly mocks: number;
  /** Bytes of an unfinished record at the end. */
  readonly tornBytes: number;
}

/** Decodes one left-over journal and removes it. Throws `FormatError` for a file that is no journal of ours. */
export async function recover(leftOver: LeftOver, options: RecoverOptions): Promise<Recovered> {
  const { root, user, protocols, fallback, drivers, versions } = options;
  await using journal = await openJournal(leftOver.path);
  rmSync(join(root, leftOver.testSet), { recursive: true, force: true });
  const owner = user === null ? null : ownerOf(user);
  const writer = createTestSet(root, leftOver.testSet, { owner, protocols: [...protocols, fallback] });
  const recording = new Recording(writer, () => {}, new Set());
  await decodeJournal({
    protocols,
    fallback,
    drivers,
    journal,
    writer,
    sink: recording,
    follow: null,
    pace: null,
    progress: () => {},
  });
  const { tests, mocks } = recording.counts;
  const isEmpty = tests === 0 && mocks === 0;
  if (isEmpty) await writer.discard();
  else {
    const { command, startedAt } = journal.meta;
    const noise = { tests: {}, mocks: {} };
    const unread = recording.unreadConnections;
    const config = { command, startedAt, endedAt: null, ...versions, noise, unread, listens: [] };
    await writer.finish({ config, mappings: recording.mappings() });
  }
  removeJournal(root, leftOver.path);
  return { testSet: isEmpty ? null : leftOver.testSet, tests, mocks, tornBytes: journal.tornBytes };
}
