/**
 * Bytes to be sent in order, some of them after a silence. Event streams are spaced as they were recorded, up to a
 * bound, so that a replay shows events one by one without taking as long as the recording.
 */
import type { Step } from "../../core/protocol.ts";
import { joined } from "../../lib/bytes/pieces.ts";
import type { Piece } from "./encode.ts";

const SILENCE_MOST_MS = 100;
/** All silences of one connection together. */
const SILENCES_MOST_MS = 2000;

const TOGETHER_MOST = 64 * 1024;

export class Outbox {
  #pieces: (Piece | { readonly close: string })[] = [];
  #next = 0;
  #waiting = false;
  #silenceLeftMs = SILENCES_MOST_MS;

  add(pieces: Iterable<Piece>): void {
    for (const piece of pieces) this.#pieces.push(piece);
  }

  /** Close once everything before is out. */
  close(reason: string): void {
    this.#pieces.push({ close: reason });
  }

  /** Sends what may be sent at this moment; small pieces that follow each other go together. */
  *flush(): Generator<Step<never>> {
    while (!this.#waiting && this.#next < this.#pieces.length) {
      const piece = this.#pieces[this.#next];
      if (!piece) break;
      if ("close" in piece) {
        this.#next++;
        yield { do: "close", reason: piece.close };
        continue;
      }
      const afterMs = Math.min(piece.afterMs, SILENCE_MOST_MS, this.#silenceLeftMs);
      if (afterMs > 0) {
        this.#silenceLeftMs -= afterMs;
        this.#pieces[this.#next] = { bytes: piece.bytes, afterMs: 0 };
        this.#waiting = true;
        yield { do: "wake", afterMs };
        return;
      }
      yield { do: "send", bytes: this.#together() };
    }
    if (this.#waiting) return;
    this.#pieces = [];
    this.#next = 0;
  }

  #together(): Uint8Array {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let piece = this.#pieces[this.#next]; piece && "bytes" in piece; piece = this.#pieces[this.#next]) {
      if (parts.length > 0 && (piece.afterMs > 0 || length + piece.bytes.length > TOGETHER_MOST)) break;
      parts.push(piece.bytes);
      length += piece.bytes.length;
      this.#next++;
    }
    return joined(parts);
  }

  /** The silence is over. */
  *wake(): Generator<Step<never>> {
    this.#waiting = false;
    yield* this.flush();
  }
}
