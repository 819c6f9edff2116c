/**
 * A connection on its way out of the proxy: how a line of it is held still meanwhile, so that it can go on as if nothing had
 * been tried. Who takes it is told in core/departures.ts.
 */
import type { Line } from "./line.ts";
import type { Ear } from "./relay.ts";

/** A line that is not read, with what its ear would have heard. */
export class StillLine {
  readonly #line: Line;
  readonly #ear: Ear | null;
  readonly #missed: ((ear: Ear) => void)[] = [];

  constructor(line: Line) {
    this.#line = line;
    this.#ear = line.data.ear;
    line.pause();
    const miss = (what: (ear: Ear) => void) => void this.#missed.push(what);
    line.data.ear = {
      data: (bytes) => {
        const copy = Uint8Array.prototype.slice.call(bytes);
        miss((ear) => ear.data(copy));
      },
      drain: () => miss((ear) => ear.drain()),
      end: () => miss((ear) => ear.end()),
      close: (isReset) => miss((ear) => ear.close(isReset)),
    };
  }

  /** As if it had not been held. */
  release(): void {
    const { data } = this.#line;
    data.ear = this.#ear;
    this.#line.resume();
    if (this.#ear !== null) for (const what of this.#missed.splice(0)) what(this.#ear);
  }

  /** Nobody hears it any more. */
  drop(): void {
    this.#line.data.ear = null;
    this.#line.terminate();
  }
}
