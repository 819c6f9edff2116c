/** A wait that can be cut short. For spans that are meant as spans; whoever waits for something to happen waits for its event. */

/** Resolves after `ms`, or as soon as the signal aborts; it leaves neither timer nor listener behind. */
export function elapsed(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish);
    if (signal.aborted) finish();
  });
}
