/**
 * A line for which nothing is decided yet. What comes meanwhile is kept for whoever takes it over, up to a mark; and that
 * nobody is there any more is heard at once, since whoever waits for the decision would wait for nobody.
 */
import type { Line } from "./line.ts";
import { highWaterBytes } from "./outlet.ts";

export interface WaitingOptions {
  /** Read off the line before. */
  readonly early: Uint8Array;
  /** `held`: nothing is read that need not be, and a FIN is kept. `read`: it is listened to, and a FIN ends it. */
  readonly as: "held" | "read";
  readonly gone: () => void;
}

export class WaitingLine {
  readonly line: Line;
  readonly #kept: Uint8Array[];
  #keptBytes = 0;
  #hasEnded = false;

  constructor(line: Line, { early, as, gone }: WaitingOptions) {
    this.line = line;
    this.#kept = [early];
    line.data.ear = {
      data: (bytes) => this.#keep(bytes),
      drain: () => {},
      end: () => (as === "read" ? gone() : (this.#hasEnded = true)),
      close: gone,
    };
    if (as === "read") line.resume();
    else line.pause();
  }

  /** Everything that was read off the line so far, for the one that hears it next. */
  take(): Uint8Array {
    this.line.data.ear = null;
    return Buffer.concat(this.#kept.splice(0));
  }

  /** Somebody else hears the line: a FIN that came meanwhile comes again. */
  handedOver(): void {
    if (this.#hasEnded) this.line.data.ear?.end();
  }

  #keep(bytes: Uint8Array): void {
    this.#kept.push(Uint8Array.prototype.slice.call(bytes));
    this.#keptBytes += bytes.length;
    if (this.#keptBytes > highWaterBytes) this.line.pause();
  }
}
