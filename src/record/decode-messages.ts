/** What the thread that decodes and its owner say to each other. `decode` comes first and once; one job a thread. */
import type { ErrorCode } from "../core/errors.ts";
import type { TestSetConfig, UnreadConnections } from "../store/config.ts";
import type { RedactedKinds } from "../store/redaction.ts";
import type { Owner } from "../store/write-file.ts";

/** A journal and where its tests and mocks go. */
export interface DecodeJob {
  readonly journal: string;
  /** The folder of the recordings, and the test set in it that is claimed for this journal. */
  readonly root: string;
  readonly testSet: string;
  readonly owner: Owner;
  /** Ports of dependencies whose calls are not recorded. */
  readonly leftOut: readonly number[];
  /** Where secrets are known from, and the user's rules as the file holds them. `null`: nothing is taken out. */
  readonly redaction?: { readonly surroundings: readonly string[]; readonly rules: unknown } | null;
  /** The journal still grows, and an app runs that must not notice: till `complete`. */
  readonly isLive: boolean;
}

/** To the thread. */
export type DecodeOrder =
  | { readonly do: "decode"; readonly job: DecodeJob }
  /** Nothing more will be written to the journal, and nobody needs to be spared. */
  | { readonly do: "complete" }
  /** After `decoded`: marks the test set as whole, or removes it where nothing is in it. */
  | { readonly do: "save"; readonly config: Omit<TestSetConfig, "noise"> };

/** What a journal held. */
export interface Decoded {
  readonly tests: number;
  readonly mocks: number;
  readonly unread: readonly UnreadConnections[];
  /** Bytes of an unfinished record at the end. */
  readonly tornBytes: number;
}

/** A test case that has its name. */
export interface RecordedTest {
  readonly name: string;
  readonly summary: string;
}

/** From the thread. */
export type DecodeReport =
  /** In batches, since each message wakes the owner. */
  | { readonly says: "recorded"; readonly tests: readonly RecordedTest[] }
  /** After `complete`: bytes of the journal that are done. */
  | { readonly says: "progress"; readonly bytes: number }
  | { readonly says: "decoded"; readonly decoded: Decoded }
  | { readonly says: "saved"; readonly redacted: RedactedKinds }
  | { readonly says: "failed"; readonly failure: Failure };

/** An error as it crosses from thread to thread, which keeps no class of ours. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Of an error that is for people; `null` marks a bug. */
  readonly reported: { readonly code: ErrorCode; readonly hint: string; readonly where: string } | null;
}
