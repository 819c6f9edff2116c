/**
 * The sending half of one socket. Bun's `write` keeps nothing of what the kernel did not take, and data given to `end` may
 * be cut: so what is left waits here, and the FIN goes out only behind the last byte. Its owner reads less while much waits.
 */
import type { Line } from "./line.ts";

/** Above this many waiting bytes, whoever fills an outlet should stop reading. */
export const highWaterBytes = 256 * 1024;

/** Small pieces are joined up to this size before they are written. */
const joinBytes = 64 * 1024;

/** What an outlet needs of a line; one of TLS can also end without saying so, as one that was cut off does. */
type Sink = Pick<Line, "write" | "shutdown"> & { readonly truncate?: () => void };

/** Sends bytes in order, as fast as the far end takes them. */
export class Outlet {
  readonly #line: Sink;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isFinished = false;
  #isFinSent = false;
  #isCut = false;

  constructor(line: Sink) {
    this.#line = line;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Whether a FIN was asked for; nothing may be sent after it. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Writes what the kernel takes of `bytes` at once, without keeping any, and says how much that was. */
  offer(bytes: Uint8Array): number {
    return this.#waitingBytes > 0 || this.#isFinished ? 0 : Math.max(0, this.#line.write(bytes));
  }

  /** Keeps `bytes` until `flush` gets them out; nobody may write to them again. */
  keep(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#isFinished) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  /** Sends a FIN behind the last byte; `isCut`: that of somebody who was cut off. The other direction stays open. */
  finish(isCut = false): void {
    if (!this.#isFinished) this.#isCut = isCut;
    this.#isFinished = true;
    this.flush();
  }

  /** Writes until the kernel takes no more; to be called after `keep` and whenever the socket drains. */
  flush(): void {
    let next = 0;
    while (next < this.#waiting.length) {
      const [piece, used] = this.#join(next);
      const written = Math.max(0, this.#line.write(piece));
      this.#waitingBytes -= written;
      next += used;
      if (written < piece.length) {
        this.#waiting[--next] = piece.subarray(written);
        break;
      }
    }
    this.#waiting = this.#waiting.slice(next);
    if (this.#isFinished && this.#waitingBytes === 0 && !this.#isFinSent) {
      this.#isFinSent = true;
      if (this.#isCut && this.#line.truncate !== undefined) this.#line.truncate();
      else this.#line.shutdown();
    }
  }

  /** The piece at `next` with the small ones behind it, and how many that were. */
  #join(next: number): [Uint8Array, number] {
    const first = this.#waiting[next] ?? new Uint8Array(0);
    let used = 1;
    let length = first.length;
    for (;;) {
      const piece = this.#waiting[next + used];
      if (piece === undefined || length + piece.length > joinBytes) break;
      length += piece.length;
      used++;
    }
    return used === 1 ? [first, 1] : [Buffer.concat(this.#waiting.slice(next, next + used), length), used];
  }
}
