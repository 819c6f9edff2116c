/**
 * The thread that decodes: one journal into one test set. While the app runs it takes only what nobody else wants of the
 * processors; afterwards it goes at full speed. Its owner's end is `decode-thread.ts`; `cli` has the entry point, since
 * only that knows the protocols.
 */
import { openJournal } from "../capture/journal.ts";
import { EnvironmentError, FormatError, UsageError } from "../core/errors.ts";
import { Redactor } from "../core/secrets/redactor.ts";
import { readUserRules } from "../core/secrets/user-rules.ts";
import { openTestSetWriter } from "../store/test-set-writer.ts";
import { StandingBack } from "../target/scheduling.ts";
import type { DecodeJob, DecodeOrder, DecodeReport, Failure, RecordedTest } from "./decode-messages.ts";
import { decodeJournal } from "./decode-journal.ts";
import type { DecoderOptions } from "./decoder.ts";
import { Pace } from "./pace.ts";
import { Recording } from "./recording.ts";

/** Soon enough for whoever watches, and seldom enough to wake nobody often. */
const TELL_MS = 200;
const TELL_TESTS = 1_000;
const PROGRESS_MS = 50;
const LOOK_MS = 1_000;

/** Takes orders from `owner`, the thread's own end of its channel. */
export function serveDecoding(owner: Worker, reading: Omit<DecoderOptions, "sink">): void {
  const complete = new AbortController();
  const config = Promise.withResolvers<Extract<DecodeOrder, { do: "save" }>["config"]>();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to aim at
  const report = (message: DecodeReport) => owner.postMessage(message);
  const run = async (job: DecodeJob) => {
    try {
      const { writer, recording, tornBytes } = await decode(job, reading, { complete: complete.signal, report });
      const { tests, mocks } = recording.counts;
      const unread = recording.unreadConnections;
      report({ says: "decoded", decoded: { tests, mocks, unread, tornBytes } });
      const wanted = await config.promise;
      const noise = { tests: {}, mocks: {} };
      const isEmpty = tests === 0 && mocks === 0;
      if (isEmpty) await writer.discard();
      const last = {
        config: { ...wanted, noise, unread: [...unread, ...wanted.unread] },
        mappings: recording.mappings(),
      };
      report({ says: "saved", redacted: isEmpty ? {} : await writer.finish(last) });
    } catch (error) {
      report({ says: "failed", failure: failureOf(error) });
    }
  };
  owner.addEventListener("message", ({ data }: MessageEvent<DecodeOrder>) => {
    if (data.do === "decode") void run(data.job);
    if (data.do === "complete") complete.abort();
    if (data.do === "save") config.resolve(data.config);
  });
}

interface Surroundings {
  readonly complete: AbortSignal;
  report(message: DecodeReport): void;
}

async function decode(job: DecodeJob, reading: Omit<DecoderOptions, "sink">, { complete, report }: Surroundings) {
  const { isLive } = job;
  if (isLive) standBack(complete);
  await using journal = await openJournal(job.journal);
  const writer = openTestSetWriter(job.root, job.testSet, {
    owner: job.owner,
    protocols: [...reading.protocols, reading.fallback],
    redactor: redactorOf(job),
  });
  const lines = new Lines(report);
  const { clockOffsetMs } = journal.meta;
  const recorded = (name: string, summary: string) => lines.add({ name, summary });
  const recording = new Recording(writer, recorded, new Set(job.leftOut), clockOffsetMs);
  let toldAt = 0;
  await decodeJournal({
    ...reading,
    journal,
    writer,
    sink: recording,
    follow: isLive ? complete : null,
    pace: isLive ? new Pace(complete) : null,
    progress: (bytes) => {
      if (!complete.aborted || performance.now() - toldAt < PROGRESS_MS) return;
      toldAt = performance.now();
      report({ says: "progress", bytes });
    },
  });
  lines.tell();
  return { writer, recording, tornBytes: journal.tornBytes };
}

function redactorOf({ redaction }: DecodeJob): Redactor | null {
  if (redaction === null) return null;
  const { surroundings, rules } = redaction ?? { surroundings: [], rules: null };
  return new Redactor({ surroundings, rules: readUserRules(rules, "secrets in reprise.yml") });
}

/** For the app, until it has ended. */
function standBack(complete: AbortSignal): void {
  const standing = new StandingBack();
  const looks = setInterval(() => standing.look(), LOOK_MS);
  const end = () => {
    clearInterval(looks);
    standing.end();
  };
  complete.addEventListener("abort", end, { once: true });
}

/** Recorded tests on their way to the owner. */
class Lines {
  readonly #report: (message: DecodeReport) => void;
  #tests: RecordedTest[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(report: (message: DecodeReport) => void) {
    this.#report = report;
  }

  add(test: RecordedTest): void {
    this.#tests.push(test);
    if (this.#tests.length >= TELL_TESTS) this.tell();
    else this.#timer ??= setTimeout(() => this.tell(), TELL_MS);
  }

  tell(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#tests.length > 0) this.#report({ says: "recorded", tests: this.#tests });
    this.#tests = [];
  }
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: String(error), reported: null };
  const { name, message } = error;
  const isReported = error instanceof UsageError || error instanceof EnvironmentError || error instanceof FormatError;
  const where = error instanceof FormatError ? error.where : "";
  const reported = isReported ? { code: error.code, hint: error.hint, where } : null;
  return { name, message, stack: error.stack ?? message, reported };
}
