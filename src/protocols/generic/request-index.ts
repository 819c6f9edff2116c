/**
 * The recorded requests of one peer, sorted, so that bytes that arrive in any pieces are followed among all of them at
 * once: which requests begin so, which one is complete. It knows no messages; only what was recorded draws the lines.
 */
import { commonPrefix } from "./bytes.ts";

/** Where bytes stand among the recorded requests. */
export interface Place {
  /** A recorded request is exactly these bytes. */
  readonly isExact: boolean;
  /** A longer recorded request begins with these bytes. */
  readonly isPrefix: boolean;
}

/** Sorted and searched bytewise; a request that is recorded many times stands in it once. */
export class RequestIndex {
  readonly requests: readonly Uint8Array[];
  /** For each request the longest other one that it begins with, or -1. */
  readonly #shorter: readonly number[];

  constructor(requests: readonly Uint8Array[]) {
    const sorted = requests.filter(({ length }) => length > 0).sort(Buffer.compare);
    this.requests = sorted.filter(
      (request, at) => at === 0 || Buffer.compare(request, sorted[at - 1] ?? request) !== 0,
    );
    const shorter: number[] = [];
    for (const [at, request] of this.requests.entries()) {
      let candidate = at - 1;
      while (candidate >= 0 && !startsWith(request, this.at(candidate))) candidate = shorter[candidate] ?? -1;
      shorter.push(candidate);
    }
    this.#shorter = shorter;
  }

  at(index: number): Uint8Array {
    return this.requests[index] ?? new Uint8Array(0);
  }

  /** How many bytes the longest recorded request has that `bytes` begins with; 0 if there is none. */
  longestStart(bytes: Uint8Array): number {
    let candidate = this.firstFrom(0, this.requests.length, (request) => Buffer.compare(request, bytes) > 0) - 1;
    const shared = candidate < 0 ? 0 : commonPrefix(this.at(candidate), bytes);
    while (candidate >= 0 && this.at(candidate).length > shared) candidate = this.#shorter[candidate] ?? -1;
    return candidate < 0 ? 0 : this.at(candidate).length;
  }

  /** The first request from `low` up to `high` for which `holds`; it must hold for all that follow. */
  firstFrom(low: number, high: number, holds: (request: Uint8Array) => boolean): number {
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.at(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Follows bytes as they come; what each piece costs depends on that piece and not on what came before. */
export class Walk {
  readonly #index: RequestIndex;
  #low = 0;
  #high: number;
  #length = 0;

  constructor(index: RequestIndex) {
    this.#index = index;
    this.#high = index.requests.length;
  }

  add(bytes: Uint8Array): Place {
    const from = this.#length;
    this.#length += bytes.length;
    const order = (request: Uint8Array) => Buffer.compare(request.subarray(from, this.#length), bytes);
    this.#low = this.#index.firstFrom(this.#low, this.#high, (request) => order(request) >= 0);
    this.#high = this.#index.firstFrom(this.#low, this.#high, (request) => order(request) > 0);
    // Of those that begin alike the shortest sorts first.
    const isExact = this.#low < this.#high && this.#index.at(this.#low).length === this.#length;
    return { isExact, isPrefix: this.#high - this.#low > (isExact ? 1 : 0) };
  }
}

const startsWith = (bytes: Uint8Array, start: Uint8Array) =>
  bytes.length >= start.length && Buffer.compare(bytes.subarray(0, start.length), start) === 0;
