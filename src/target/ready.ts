/**
 * Waiting for the app to listen. Events decide, never a sleep: a listener that opens, the app's end, or a most. What comes
 * of it is a value; the caller makes the sentence. The events come from `capture`, which sees them in the kernel.
 */
import type { Exit } from "./native.ts";

/** Where the app listens, as it changes. */
export interface Listening {
  /** The ports on which the app listens at this moment. */
  ports(): ReadonlySet<number>;
  /** Calls back after every change; what it returns ends that. */
  subscribe(changed: () => void): () => void;
}

/** What the wait came to; `missing` are the wanted ports that nobody listens on. */
export type Readiness =
  | { readonly state: "ready" }
  | { readonly state: "exited"; readonly exit: Exit; readonly missing: readonly number[] }
  | { readonly state: "timeout"; readonly missing: readonly number[] };

/** What to wait for, and how long at most. */
export interface Wait {
  readonly ports: readonly number[];
  readonly listening: Listening;
  /** The app's end, as far as it ends the wait. */
  readonly exited: Promise<Exit>;
  readonly mostMs: number;
}

/** Resolves when every wanted port is listened on at the same time, or when that cannot be waited for any longer. */
export function waitForPorts({ ports, listening, exited, mostMs }: Wait): Promise<Readiness> {
  const missing = () => ports.filter((port) => !listening.ports().has(port));
  return new Promise((resolve) => {
    let unsubscribe = () => {};
    let isOver = false;
    const finish = (readiness: Readiness) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      unsubscribe();
      resolve(readiness);
    };
    const look = () => {
      if (missing().length === 0) finish({ state: "ready" });
    };
    const timer = setTimeout(() => finish({ state: "timeout", missing: missing() }), mostMs);
    unsubscribe = listening.subscribe(look);
    look();
    if (isOver) unsubscribe();
    void exited.then((exit) => finish({ state: "exited", exit, missing: missing() }));
  });
}
