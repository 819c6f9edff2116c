/**
 * The owner's end of the thread that decodes (`serve-decoding.ts`). Whatever happens to that thread is an error here and
 * never a wait without end; what it was to decode stays where it is.
 */
import { EnvironmentError, type ErrorCode, FormatError, UsageError } from "../core/errors.ts";
import type { RedactedKinds } from "../store/redaction.ts";
import type { DecodeJob, Decoded, DecodeOrder, DecodeReport, Failure, RecordedTest } from "./decode-messages.ts";

/** What the thread tells while it works. */
export interface DecodeEvents {
  /** Test cases that have their names, some at a time. */
  recorded(tests: readonly RecordedTest[]): void;
  /** After `complete`: bytes of the journal that are decoded. */
  progress(bytes: number): void;
}

export class DecodeThread implements Disposable {
  readonly #worker: Worker;
  readonly #events: DecodeEvents;
  readonly #decoded = Promise.withResolvers<Decoded>();
  readonly #saved = Promise.withResolvers<RedactedKinds>();
  readonly #journal: string;
  #isOver = false;

  /** `start` gives a thread that runs `serveDecoding`; the journal must be there with its head. */
  constructor(start: () => Worker, job: DecodeJob, events: DecodeEvents) {
    this.#events = events;
    this.#journal = job.journal;
    // Who waits for neither is not told.
    this.#decoded.promise.catch(() => {});
    this.#saved.promise.catch(() => {});
    this.#worker = start();
    this.#worker.addEventListener("message", ({ data }: MessageEvent<DecodeReport>) => this.#hear(data));
    this.#worker.addEventListener("error", ({ message }) => this.#fail(new Error(`the thread broke: ${message}`)));
    this.#worker.addEventListener("close", () => this.#fail(new Error("the thread ended before its work was done")));
    this.#order({ do: "decode", job });
  }

  /** Resolves when the whole journal is decoded. */
  get decoded(): Promise<Decoded> {
    return this.#decoded.promise;
  }

  /** The journal is at its end, and the app gone: decoding takes all that it can get. */
  complete(): void {
    this.#order({ do: "complete" });
  }

  /** Finishes the test set, or removes it where nothing is in it; for after `decoded`. Tells which secrets were taken out. */
  save(config: Extract<DecodeOrder, { do: "save" }>["config"]): Promise<RedactedKinds> {
    this.#order({ do: "save", config });
    return this.#saved.promise;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#worker.terminate();
  }

  #order(order: DecodeOrder): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to aim at
    this.#worker.postMessage(order);
  }

  #hear(report: DecodeReport): void {
    switch (report.says) {
      case "recorded":
        return this.#events.recorded(report.tests);
      case "progress":
        return this.#events.progress(report.bytes);
      case "decoded":
        return this.#decoded.resolve(report.decoded);
      case "saved":
        return this.#saved.resolve(report.redacted);
      case "failed":
        return this.#fail(errorOf(report.failure));
    }
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    const kept = keeping(error, this.#journal);
    this.#decoded.reject(kept);
    this.#saved.reject(kept);
  }
}

/** What the thread threw; a bug keeps its stack. */
function errorOf({ name, message, stack, reported }: Failure): Error {
  if (reported === null) return Object.assign(new Error(message), { name, stack });
  const { code, hint, where } = reported;
  if (isFormat(code)) return new FormatError(code, message, where, { hint });
  return new (name === "UsageError" ? UsageError : EnvironmentError)(code, message, { hint });
}

const isFormat = (code: ErrorCode): code is Extract<ErrorCode, `format.${string}`> => code.startsWith("format.");

/** The same, saying what becomes of the capture. */
function keeping(error: Error, journal: string): Error {
  const kept = `The capture is kept at ${journal}; the next start decodes it again.`;
  if (error instanceof UsageError || error instanceof EnvironmentError || error instanceof FormatError) {
    const { name, message, code } = error;
    const where = error instanceof FormatError ? error.where : "";
    return errorOf({ name, message, stack: "", reported: { code, hint: `${error.hint} ${kept}`.trim(), where } });
  }
  const message = `Decoding failed: ${error.message}. ${kept}`;
  return Object.assign(new Error(message, { cause: error }), { stack: `${message}\n${error.stack ?? ""}` });
}
