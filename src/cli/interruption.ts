/**
 * Ctrl-C and SIGTERM as abort signals. Commands end what they do and say what they have; what follows may be given up by
 * one more, and else changes nothing, so that a recording is always saved.
 */

export interface Interruption {
  readonly signal: AbortSignal;
  /** Aborted by the first Ctrl-C or the like that comes after this call. */
  next(): AbortSignal;
  /** A terminal sent SIGINT, and so to the app as well. */
  isFromTerminal(): boolean;
}

/** What passes signals on (sudo, timeout, a shell) may bring one Ctrl-C twice. */
const ECHO_MS = 150;

/** Listens from the call on, for the rest of the process. */
export const interruption = (): Interruption => {
  const controllers = new Set<AbortController>();
  const next = (): AbortSignal => {
    const controller = new AbortController();
    controllers.add(controller);
    return controller.signal;
  };
  let lastAt = Number.NEGATIVE_INFINITY;
  const abort = (): void => {
    const isEcho = performance.now() - lastAt < ECHO_MS;
    lastAt = performance.now();
    if (isEcho) return;
    for (const controller of controllers) controller.abort();
    controllers.clear();
  };
  const signal = next();
  let isFromTerminal = false;
  process.on("SIGINT", () => {
    isFromTerminal ||= process.stdin.isTTY === true;
    abort();
  });
  process.on("SIGTERM", abort);
  process.on("SIGHUP", abort);
  return { signal, next, isFromTerminal: () => isFromTerminal };
};
