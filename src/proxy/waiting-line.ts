/**
 * A line for which nothing is decided yet: held up, and what comes all the same is kept for whoever takes it over.
 */
import type { Line } from "./line.ts";

export class WaitingLine {
  readonly line: Line;
  readonly #kept: Uint8Array[];
  #hasEnded = false;

  /** `early` was read off the line before; `gone` is told when nobody is there any more. */
  constructor(line: Line, early: Uint8Array, gone: () => void) {
    this.line = line;
    this.#kept = [early];
    line.pause();
    line.data.ear = {
      data: (bytes) => void this.#kept.push(Uint8Array.prototype.slice.call(bytes)),
      drain: () => {},
      end: () => (this.#hasEnded = true),
      close: gone,
    };
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
}
