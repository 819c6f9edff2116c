/**
 * What is asked of /proc about a process, once for all the connections that it makes at a time: each question costs several
 * turns of the thread pool. A number is given to another process long after the time for which an answer holds.
 */

/** How long an answer holds. */
const LATELY_MS = 1000;
const MOST_REMEMBERED = 1000;

/** The same question, remembered for a second for each process. */
export function lately<T>(ask: (pid: number) => Promise<T>): (pid: number) => Promise<T> {
  const known = new Map<number, { readonly answer: Promise<T>; readonly until: number }>();
  return (pid) => {
    const at = performance.now();
    const found = known.get(pid);
    if (found !== undefined && at < found.until) return found.answer;
    if (known.size >= MOST_REMEMBERED) known.clear();
    const answer = ask(pid);
    known.set(pid, { answer, until: at + LATELY_MS });
    return answer;
  };
}
