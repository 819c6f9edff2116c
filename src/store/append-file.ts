/**
 * A file that grows by whole documents while a recording runs. Additions are collected and written in batches off the
 * caller's path; what waits is bounded by callers that await `ready()`. A process that dies leaves at most one torn
 * document at the end, which the reader drops.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { handOver, type Owner, saying } from "./write-file.ts";

const BATCH_BYTES = 1 << 20;

export class AppendFile {
  readonly #path: string;
  readonly #fd: number;
  #waiting: string[] = [];
  #length = 0;

  constructor(path: string, head: string, owner: Owner) {
    this.#path = path;
    this.#fd = saying(path, () => openSync(path, "ax", 0o644));
    handOver(path, owner);
    this.add(head);
  }

  /** UTF-16 units that are not yet written. */
  get waiting(): number {
    return this.#length;
  }

  add(text: string): void {
    this.#waiting.push(text);
    this.#length += text.length;
  }

  /** Whether there is enough to be worth a write. */
  get full(): boolean {
    return this.#length >= BATCH_BYTES;
  }

  write(): void {
    if (this.#length === 0) return;
    const bytes = Buffer.from(this.#waiting.join(""));
    this.#waiting = [];
    this.#length = 0;
    saying(this.#path, () => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
    });
  }

  close(): void {
    this.write();
    closeSync(this.#fd);
  }
}
