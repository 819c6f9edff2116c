/**
 * Ctrl-C and SIGTERM as an abort signal. Commands end what they do and say what they have; a second signal of the same
 * kind changes nothing, so that a recording is always saved.
 */

export interface Interruption {
  readonly signal: AbortSignal;
  /** A terminal sent SIGINT, and so to the app as well. */
  isFromTerminal(): boolean;
}

/** Listens from the call on, for the rest of the process. */
export const interruption = (): Interruption => {
  const controller = new AbortController();
  let isFromTerminal = false;
  process.on("SIGINT", () => {
    isFromTerminal ||= process.stdin.isTTY === true;
    controller.abort();
  });
  process.on("SIGTERM", () => controller.abort());
  process.on("SIGHUP", () => controller.abort());
  return { signal: controller.signal, isFromTerminal: () => isFromTerminal };
};
