/**
 * Finishes what a recorder that was killed has left: its journal is decoded from the beginning, into the test set that it
 * had begun. The same bytes give the same tests as if nothing had happened.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type JournalMeta, openJournal } from "../capture/journal.ts";
import { NOTHING_LEARNED } from "../store/config.ts";
import { claimTestSet } from "../store/test-set-writer.ts";
import { ownerOf, type User } from "../target/user.ts";
import { removeJournal, type LeftOver } from "./captures.ts";
import { DecodeThread } from "./decode-thread.ts";

export interface RecoverOptions {
  readonly root: string;
  readonly user: User | null;
  /** Starts a thread that runs `serveDecoding`. */
  readonly startDecoder: () => Worker;
  /** The user's rules about secrets, as the file holds them, and where their values are known from. They are always taken out. */
  readonly secretRules?: unknown;
  readonly surroundings?: readonly string[];
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
  const { root, user, versions } = options;
  const { command, startedAt } = await headOf(leftOver.path);
  const owner = user === null ? null : ownerOf(user);
  rmSync(join(root, leftOver.testSet), { recursive: true, force: true });
  const testSet = claimTestSet(root, leftOver.testSet, owner);
  const redaction = { surroundings: options.surroundings ?? [], rules: options.secretRules ?? null };
  const job = { journal: leftOver.path, root, testSet, owner, leftOut: [], redaction, isLive: false };
  using decoder = new DecodeThread(options.startDecoder, job, { recorded: () => {}, progress: () => {} });
  const { tests, mocks, tornBytes } = await decoder.decoded;
  await decoder.save({
    command,
    startedAt,
    endedAt: null,
    ...versions,
    listens: [],
    learned: NOTHING_LEARNED,
    unread: [],
  });
  removeJournal(root, leftOver.path);
  return { testSet: tests === 0 && mocks === 0 ? null : testSet, tests, mocks, tornBytes };
}

/** Before anything is touched for its sake. */
async function headOf(path: string): Promise<JournalMeta> {
  await using journal = await openJournal(path);
  return journal.meta;
}
