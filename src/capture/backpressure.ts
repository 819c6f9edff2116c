/**
 * Holds up those who fill the proxy's ring while it is more than half full, so that nothing that the proxy has in its hands
 * is lost, and memory stays bounded. What is read already when they are told finds room in the other half.
 *
 * It never holds up for good: where nobody empties the ring, they go on, and what finds no room is counted (tap.ts).
 */

/** Whoever reads what goes into the ring. Both may be called again and again. */
export interface Source {
  /** Nothing more is to be read. */
  hold(): void;
  release(): void;
}

export interface BackpressureOptions {
  /** What waits in the ring, in bytes. */
  readonly waitingBytes: () => number;
  /** Above this the sources are held, at less than half of it they go on. */
  readonly mostBytes: number;
  /** A ring that does not get emptier for so long is nobody's business any more. */
  readonly stallMs: number;
}

/** Often enough that a ring which is being emptied never runs dry. */
const LOOK_MS = 2;

export class Backpressure implements Disposable {
  readonly #options: BackpressureOptions;
  readonly #sources = new Set<Source>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** The least that was seen in the ring since the sources are held, and when that was. */
  #least = { bytes: 0, at: 0 };
  /** Nobody empties the ring: none is held until somebody does. */
  #isStalled = false;
  #isOver = false;

  constructor(options: BackpressureOptions) {
    this.#options = options;
  }

  /** Held up from here on when the ring is full, till what is returned is called. */
  add(source: Source): () => void {
    this.#sources.add(source);
    if (this.#timer !== null) source.hold();
    return () => void this.#sources.delete(source);
  }

  /** To be called when something was put into the ring. */
  filled(): void {
    if (this.#isOver || this.#timer !== null) return;
    const bytes = this.#options.waitingBytes();
    if (this.#isStalled && this.#isLow(bytes)) this.#isStalled = false;
    if (this.#isStalled || bytes <= this.#options.mostBytes) return;
    this.#least = { bytes, at: performance.now() };
    this.#lookLater();
    for (const source of this.#sources) source.hold();
  }

  /** Nobody empties the ring any more: all go on. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#goOn();
  }

  #look(): void {
    const bytes = this.#options.waitingBytes();
    const at = performance.now();
    if (this.#isLow(bytes)) return this.#goOn();
    if (bytes < this.#least.bytes) this.#least = { bytes, at };
    this.#isStalled = at - this.#least.at > this.#options.stallMs;
    if (this.#isStalled) this.#goOn();
    else this.#lookLater();
  }

  #isLow(bytes: number): boolean {
    return bytes <= this.#options.mostBytes / 2;
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => this.#look(), LOOK_MS);
  }

  #goOn(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    for (const source of this.#sources) source.release();
  }
}
