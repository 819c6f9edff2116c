/**
 * The numbers from 0 on in an order, for what a recording has hundreds of thousands of: within two arrays of numbers, while
 * what the language sorts by holds a list of values several times as large. What is equal keeps its order.
 */

/** Sorted one by one, since a merge for every two would cost more than it saves. */
const RUN = 16;

type Compare = (a: number, b: number) => number;

/** All numbers below `count`; `compare` is as of `Array.prototype.sort`. */
export function sortedIndices(count: number, compare: Compare): Uint32Array<ArrayBuffer> {
  let from = new Uint32Array(count);
  for (let index = 0; index < count; index++) from[index] = index;
  if (isInOrder(from, compare)) return from;
  for (let start = 0; start < count; start += RUN) sortRun(from.subarray(start, start + RUN), compare);
  let to = new Uint32Array(count);
  for (let width = RUN; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) merge({ from, to, start, width }, compare);
    [from, to] = [to, from];
  }
  return from;
}

/** Recordings mostly are: nothing is to be done. */
function isInOrder(indices: Uint32Array, compare: Compare): boolean {
  for (let place = 1; place < indices.length; place++)
    if (compare(indices[place - 1] ?? 0, indices[place] ?? 0) > 0) return false;
  return true;
}

function sortRun(run: Uint32Array, compare: Compare): void {
  for (let next = 1; next < run.length; next++) {
    const index = run[next] ?? 0;
    let place = next;
    for (; place > 0 && compare(run[place - 1] ?? 0, index) > 0; place--) run[place] = run[place - 1] ?? 0;
    run[place] = index;
  }
}

interface Runs {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly start: number;
  /** Of the first; the second has as many or less. */
  readonly width: number;
}

/** Two neighbouring sorted runs become one. */
function merge({ from, to, start, width }: Runs, compare: Compare): void {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  let left = start;
  let right = middle;
  for (let place = start; place < end; place++) {
    const isLeft = left < middle && (right >= end || compare(from[left] ?? 0, from[right] ?? 0) <= 0);
    to[place] = from[isLeft ? left++ : right++] ?? 0;
  }
}
