/**
 * The kernel stamps what it sees with CLOCK_MONOTONIC; people and files want the time of day. The difference is read once
 * per capture: a step of the host's clock while recording does not bend what is recorded.
 */
import { checked, libc } from "../../ffi/libc.ts";

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const TRIES = 5;

function read(clock: number): bigint {
  const time = new BigInt64Array(2);
  checked("clock_gettime", libc().clock_gettime(clock, time));
  return (time[0] ?? 0n) * 1_000_000_000n + (time[1] ?? 0n);
}

/** Another clock's time less CLOCK_MONOTONIC's, in nanoseconds, from the look that was interrupted least. */
function ahead(other: () => bigint): bigint {
  let best = { took: Number.POSITIVE_INFINITY, offset: 0n };
  for (let i = 0; i < TRIES; i++) {
    const before = read(CLOCK_MONOTONIC);
    const time = other();
    const took = Number(read(CLOCK_MONOTONIC) - before);
    if (took < best.took) best = { took, offset: time - before - BigInt(took >> 1) };
  }
  return best.offset;
}

/** Milliseconds to add to CLOCK_MONOTONIC to get CLOCK_REALTIME. */
export const clockOffsetMs = (): number => Number(ahead(() => read(CLOCK_REALTIME))) / 1e6;

/**
 * From the times that this process tells (`performance`) to stamps as the kernel's, in nanoseconds: both run by one clock,
 * whatever is done to the host's time of day meanwhile.
 */
export function monotonicStamps(): (at: number) => bigint {
  const ofDay = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6));
  const offsetMs = Number(ahead(ofDay)) / 1e6;
  return (at) => BigInt(Math.round((at - offsetMs) * 1e6));
}

/** The time of day of a kernel's stamp in nanoseconds, as milliseconds since the epoch. */
export const epochMs = (stampNs: bigint | number, offsetMs: number): number => Number(stampNs) / 1e6 + offsetMs;
