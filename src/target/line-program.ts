/**
 * One of the launcher's other roles, as a process of its own that is told and says lines of words. It ends when its input
 * does, which is at the latest when we die. What the lines mean is its users' affair: handover.ts, clock.ts.
 */
import { closeSync } from "node:fs";
import { duplicateFrom } from "../../ffi/libc.ts";
import { launcherPath } from "./embedded.ts";

/** Above the numbers that its descriptors get there. */
const FIRST_PASSED_FD = 256;

export class LineProgram {
  /** Resolves when it is gone. */
  readonly exited: Promise<unknown>;
  readonly pid: number;
  readonly #child: Bun.Subprocess<"pipe", "pipe", "inherit">;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  /** `passed`: descriptors of ours that it has from number 3 on. */
  constructor(args: readonly string[], passed: readonly number[] = []) {
    const copies: number[] = [];
    try {
      for (const fd of passed) copies.push(duplicateFrom(fd, FIRST_PASSED_FD));
      const stdio = ["pipe", "pipe", "inherit", ...copies] as ["pipe", "pipe", "inherit", number];
      this.#child = Bun.spawn([launcherPath(), ...args], { stdio, env: {} });
      this.#child.unref();
      this.pid = this.#child.pid;
      this.exited = this.#child.exited;
      this.#chunks = this.#child.stdout[Symbol.asyncIterator]();
    } finally {
      for (const fd of copies) closeSync(fd);
    }
  }

  say(words: readonly (string | number)[]): void {
    try {
      this.#child.stdin.write(`${words.join(" ")}\n`);
      void Promise.resolve(this.#child.stdin.flush()).catch(() => {});
    } catch {
      // It is gone, which the next `line` tells.
    }
  }

  /** The next line's words; rejects when there is none to come. */
  async line(): Promise<string[]> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line.split(" ").filter((word) => word !== "");
      }
      const chunk = await this.#chunks.next();
      if (chunk.done === true) throw new Error("the program has ended");
      this.#text += this.#decoder.decode(chunk.value, { stream: true });
    }
  }

  end(): void {
    void this.#child.stdin.end(undefined);
  }
}
