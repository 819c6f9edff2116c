/** Asks the user's health URL until it answers with success: for apps that listen before they can serve. */
import { elapsed } from "../lib/async/elapsed.ts";

const BETWEEN_MS = 50;

/** Resolves with `null` once `url` answers 2xx, else, when `signal` aborts, with what it said last. */
export async function untilHealthy(url: string, signal: AbortSignal): Promise<string | null> {
  let last = "no answer";
  while (!signal.aborted) {
    try {
      const response = await fetch(url, { signal, redirect: "manual" });
      await response.body?.cancel();
      if (response.ok) return null;
      last = `status ${response.status}`;
    } catch (error) {
      if (!signal.aborted) last = error instanceof Error ? error.message : String(error);
    }
    await elapsed(BETWEEN_MS, signal);
  }
  return last;
}
