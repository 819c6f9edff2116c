/**
 * The owner's end of the drain thread (`drain-worker.ts`): starts it, gives it orders, hands its reports on. The thread
 * sleeps in the kernel, so each order is followed by a count on an eventfd, which wakes it.
 */
import { closeSync, writeSync } from "node:fs";
import { callError, checked, libc } from "../../ffi/libc.ts";
import type { EnvironmentError } from "../core/errors.ts";
import type { DrainOrder, DrainReport, RingPlace } from "./drain-messages.ts";

const EFD_CLOEXEC_NONBLOCK = 0o2004000;

/** In a compiled binary a worker lies below `/$bunfs/root/` as it does below src/; every other module has the main file's address. */
const isCompiled = import.meta.path.startsWith("/$bunfs/");
const script = () => new URL(isCompiled ? "./capture/drain-worker.ts" : "./drain-worker.ts", import.meta.url);

/** Where the thread's reports go. */
export interface DrainHandlers {
  /** Records of the listener ring, as they lay there. */
  readonly listeners: (records: Uint8Array) => void;
  /** The thread broke: a bug. */
  readonly broke: (error: Error) => void;
}

export class DrainThread {
  readonly #worker: Worker;
  readonly #control: number;
  readonly #handlers: DrainHandlers;
  #tapFailed: (error: EnvironmentError) => void = () => {};
  #tapStopped = () => {};
  #kept = () => {};
  #ended = () => {};
  #hasEnded = false;

  constructor(listenerRing: RingPlace, handlers: DrainHandlers) {
    this.#handlers = handlers;
    this.#control = checked("eventfd", libc().eventfd(0, EFD_CLOEXEC_NONBLOCK));
    this.#worker = new Worker(script());
    this.#worker.unref();
    this.#worker.addEventListener("message", ({ data }: MessageEvent<DrainReport>) => this.#hear(data));
    this.#worker.addEventListener("error", (event) =>
      handlers.broke(new Error(`the drain thread broke: ${event.message}`)),
    );
    this.#order({ do: "watch", control: this.#control, ring: listenerRing });
  }

  /**
   * The thread holds these links from `kept` on. A process that is killed lets go of its files only when its memory is torn
   * down, which takes long; a thread of its own lets go at once.
   */
  keep(links: readonly number[], kept: () => void): void {
    this.#kept = kept;
    this.#order({ do: "keep", links });
  }

  /** Begins to move the tap's ring and the proxy's to that file; `failed` is called once if the file takes no more. */
  startTap(
    { ring, relayed, journal }: { ring: RingPlace; relayed: SharedArrayBuffer; journal: number },
    failed: (error: EnvironmentError) => void,
  ): void {
    this.#tapFailed = failed;
    this.#order({ do: "startTap", ring, relayed, journal });
  }

  /** Has the rings drained at once. */
  drain(): void {
    this.#order({ do: "drain" });
  }

  /** Resolves when all that was in the rings is in the journal. */
  stopTap(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tapStopped = resolve;
    this.#order({ do: "stopTap" });
    return promise;
  }

  /** Ends the thread; resolves when it is gone. */
  async end(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = resolve;
    this.#order({ do: "end" });
    await promise;
    this.#worker.terminate();
    closeSync(this.#control);
  }

  #order(order: DrainOrder): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to aim at
    this.#worker.postMessage(order);
    // The first order starts the thread, and is not waited for in the kernel.
    if (order.do !== "watch") writeSync(this.#control, new Uint8Array(BigUint64Array.of(1n).buffer));
  }

  #hear(report: DrainReport): void {
    switch (report.says) {
      case "listeners":
        return this.#handlers.listeners(report.records);
      case "kept":
        return this.#kept();
      case "tapFailed":
        return this.#tapFailed(journalError(report.errno));
      case "tapStopped":
        return this.#tapStopped();
      case "ended":
        return this.#ended();
    }
  }
}

function journalError(number: number): EnvironmentError {
  return callError("Writing the capture's journal", number, {
    code: "environment.file",
    hint: "Free space on the disk that holds the recording, or record to another one with --path.",
  });
}
