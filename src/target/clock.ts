/**
 * The app's clock in a test: it shows the instant at which a test was recorded, and goes on from there, or stands still.
 * Timeouts and everything else that is measured by the monotonic clock keep their length. Its program is `launcher/clock.c`,
 * which traces the app; where that is not possible, or for some of its programs, time is real, and the notes say so.
 */
import { LineProgram } from "./line-program.ts";

/** What time it is for the app: as recorded and going on, as recorded and standing still, or as it is. */
export type Time = "recorded" | "frozen" | "real";

export interface Clock {
  /** Takes a process that has not begun to be the app. False: it is to begin all the same, in real time. */
  hold(pid: number): Promise<boolean>;
  /** Milliseconds since the epoch. Resolves when it is that instant for the whole app. */
  set(at: number): Promise<void>;
  /** What runs in real time although it should not; sentences. */
  notes(): readonly string[];
  /** The app is gone when this is called: what it still holds is killed. */
  close(): Promise<void>;
}

/** A clock for an app that starts at that instant. */
export function startClock(time: Time, startsAt: number): Clock {
  return time === "real" ? realTime : new TracedClock(time, startsAt);
}

const realTime: Clock = {
  hold: () => Promise.resolve(false),
  set: () => Promise.resolve(),
  notes: () => [],
  close: () => Promise.resolve(),
};

class TracedClock implements Clock {
  readonly #program: LineProgram;
  readonly #notes = new Set<string>();
  readonly #answers: ((answer: readonly string[]) => void)[] = [];
  #isOver = false;
  #isClosed = false;

  constructor(time: Time, startsAt: number) {
    this.#program = new LineProgram(["--clock", time]);
    void this.#listen();
    void this.set(startsAt);
  }

  async hold(pid: number): Promise<boolean> {
    const [said, ...reason] = await this.#ask(["hold", pid]);
    if (said === "refused") this.#notes.add(refusedNote(reason.join(" ")));
    return said === "held";
  }

  async set(at: number): Promise<void> {
    await this.#ask(["at", secondsOf(at)]);
  }

  notes(): readonly string[] {
    return [...this.#notes];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#program.end();
    await this.#program.exited;
  }

  /** Answers come in the order asked; none where the program is gone, and then the app is too. */
  #ask(words: readonly (string | number)[]): Promise<readonly string[]> {
    if (this.#isOver) return Promise.resolve([]);
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    this.#answers.push(resolve);
    this.#program.say(words);
    return promise;
  }

  async #listen(): Promise<void> {
    try {
      for (;;) this.#hear(await this.#program.line());
    } catch {
      this.#isOver = true;
      if (!this.#isClosed) this.#notes.add("What keeps the app's clock was killed, and the app with it.");
      for (const answer of this.#answers.splice(0)) answer([]);
    }
  }

  #hear(words: readonly string[]): void {
    const [said, ...rest] = words;
    if (said === "real") this.#notes.add(realNote(rest));
    else if (said === "unfiltered") this.#notes.add(UNFILTERED);
    else this.#answers.shift()?.(words);
  }
}

/** Seconds with nine digits behind the point. */
function secondsOf(at: number): string {
  const seconds = Math.floor(at / 1_000);
  const nanoseconds = Math.min(999_999_999, Math.floor((at - seconds * 1_000) * 1_000_000));
  return `${seconds}.${String(nanoseconds).padStart(9, "0")}`;
}

const UNFILTERED =
  "Waits until a time of day, and programs that ask the kernel itself for it, are in real time: no seccomp filter here.";

const refusedNote = (reason: string): string =>
  `The app ran in real time, since it cannot be traced here (${reason}): \`reprise doctor\` says more.`;

const WHY: Readonly<Record<string, string>> = {
  "32-bit": "it is a 32-bit program",
  vdso: "this kernel's vDSO is not one that Reprise knows",
  room: "this kernel's vDSO has no room left",
  memory: "its memory cannot be written",
};

const realNote = ([why = "", ...path]: readonly string[]): string =>
  `${path.join(" ") || "A program"} ran in real time: ${WHY[why] ?? why}.`;
