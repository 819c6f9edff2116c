/** Waits for what a server logs, and goes on reading so that it never waits for us. */

/** What one process says, from its start. */
export class Said {
  #text = "";
  #isOver = false;
  readonly #waiting = new Set<() => void>();

  constructor(stream: ReadableStream<Uint8Array>) {
    void this.#read(stream);
  }

  /** Resolves when the text was said; rejects with all that was said when the process ends without it. */
  async until(wanted: string): Promise<void> {
    while (!this.#text.includes(wanted)) {
      if (this.#isOver) throw new Error(`"${wanted}" was never said, but: ${this.#text.slice(-2000)}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** All of it so far. */
  get text(): string {
    return this.#text;
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      this.#text += decoder.decode(bytes, { stream: true });
      this.#tell();
    }
    this.#isOver = true;
    this.#tell();
  }

  #tell(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
