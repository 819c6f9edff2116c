/** An abort as a promise, to be raced against what it is to cut short. Counterpart of `AbortController`. */

/** Resolves when the signal aborts, at once if it has. */
export function whenAborted(signal: AbortSignal): Promise<"aborted"> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve("aborted");
    signal.addEventListener("abort", () => resolve("aborted"), { once: true });
  });
}
