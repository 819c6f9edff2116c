/**
 * Hostile bytes: sessions answer anything with steps or a `FormatError`, and no claimed length makes them allocate.
 *
 * The bytes are random ones, recorded ones with some replaced, and recorded ones in which every length in turn is
 * made huge. The random numbers are seeded, so that a failure comes again.
 */
import { FormatError } from "../../src/core/errors.ts";
import { type Protocol } from "../../src/core/protocol.ts";
import { exactPool } from "../support/exact-pool.ts";
import { peerOf, recordWire, replayWire } from "../support/run-session.ts";
import { type Wire, type WireLine } from "../support/wire.ts";
import { watchAllocation } from "./allocation-watch.ts";

/** Bytes that a session may ask for in one piece, besides what it was fed. */
const PIECE_MOST = 8 * 1024 * 1024;
const LINES_MOST = 60;

const random = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const below = (next: () => number, most: number): number => Math.floor(next() * most);

/** Runs one session each way over the wire; a sentence for what must not happen. */
const attempt = (protocol: Protocol, wire: Wire, pool: () => ReturnType<typeof exactPool>): string | null => {
  const fed = wire.lines.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  for (const run of [() => recordWire(protocol, wire), () => replayWire(protocol, wire, pool())]) {
    const { result, largest } = watchAllocation(() => thrown(run));
    if (result !== null) return `it throws ${result}`;
    if (largest > PIECE_MOST + 8 * fed) return `it asks for ${largest} bytes in one piece, having been sent ${fed}`;
  }
  return null;
};

const thrown = (run: () => unknown): string | null => {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof FormatError) return null;
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
};

const noPool = (protocol: Protocol) => () => exactPool(protocol, []);

const head = (wire: Wire): Wire => ({ ...wire, lines: wire.lines.slice(0, LINES_MOST) });

/** Lines of nothing but random bytes, short and long, from both sides. */
export const randomFaults = (protocol: Protocol, rounds: number): string[] => {
  const faults: string[] = [];
  for (let seed = 1; seed <= rounds && faults.length < 5; seed++) {
    const next = random(seed);
    const lines = Array.from({ length: 1 + below(next, 12) }, (_, at): WireLine => {
      const bytes = Uint8Array.from({ length: 1 + below(next, seed % 7 === 0 ? 9000 : 60) }, () => below(next, 256));
      return { from: next() < 0.5 ? "client" : "server", at, bytes, connection: 0 };
    });
    for (const transport of ["tcp", "udp"] as const) {
      const wire: Wire = { protocol: protocol.name, driver: `seed ${seed}`, port: 1, transport, lines };
      const heads = { client: lines[0]?.bytes ?? new Uint8Array(), server: lines[1]?.bytes ?? new Uint8Array() };
      protocol.detect(heads, peerOf(wire));
      const fault = attempt(protocol, wire, noPool(protocol));
      if (fault !== null) faults.push(`seed ${seed}, ${transport}: ${fault}`);
    }
  }
  return faults;
};

/** A recorded wire with a few bytes replaced, lines swapped or doubled. */
export const mutationFaults = (protocol: Protocol, wire: Wire, rounds: number): string[] => {
  const short = head(wire);
  const { exchanges } = recordWire(protocol, short);
  const faults: string[] = [];
  for (let seed = 1; seed <= rounds && faults.length < 5; seed++) {
    const next = random(seed);
    const lines = short.lines.map((line) => ({ ...line, bytes: line.bytes?.slice() ?? null }));
    for (let edits = 1 + below(next, 6); edits > 0; edits--) {
      const bytes = lines[below(next, lines.length)]?.bytes;
      if (bytes !== undefined && bytes !== null && bytes.length > 0)
        bytes[below(next, bytes.length)] = below(next, 256);
    }
    const moved = lines[below(next, lines.length)];
    if (next() < 0.3 && moved !== undefined) lines.splice(below(next, lines.length), 0, moved);
    const fault = attempt(protocol, { ...short, lines }, () => exactPool(protocol, exchanges));
    if (fault !== null) faults.push(`seed ${seed}: ${fault}`);
  }
  return faults;
};

/** 2 GiB less one in every spelling a length is likely to have. */
const HUGE: readonly Uint8Array[] = [
  new Uint8Array([0x7f, 0xff, 0xff, 0xff]),
  new Uint8Array([0xff, 0xff, 0xff, 0x7f]),
  new Uint8Array([0xff, 0xff, 0xff]),
  new TextEncoder().encode("2147483647"),
  new TextEncoder().encode("7fffffff"),
];

/** A recorded wire in which, at evenly chosen positions, a huge number stands in place of what was there. */
export const hugeLengthFaults = (protocol: Protocol, wire: Wire, positions: number): string[] => {
  const short = head(wire);
  const sites = short.lines.flatMap(({ bytes }, index) =>
    Array.from({ length: Math.min(bytes?.length ?? 0, 512) }, (_, at) => ({ index, at })),
  );
  const step = Math.max(1, sites.length / positions);
  const faults: string[] = [];
  for (let at = 0; at < sites.length && faults.length < 5; at += step) {
    const site = sites[Math.floor(at)] ?? { index: 0, at: 0 };
    for (const huge of HUGE) {
      const lines = short.lines.map((line, index) => {
        if (index !== site.index || line.bytes === null) return line;
        const bytes = new Uint8Array(Math.max(line.bytes.length, site.at + huge.length));
        bytes.set(line.bytes);
        bytes.set(huge, site.at);
        return { ...line, bytes };
      });
      const fault = attempt(protocol, { ...short, lines }, noPool(protocol));
      if (fault !== null)
        faults.push(`line ${site.index}, byte ${site.at}, ${Buffer.from(huge).toString("hex")}: ${fault}`);
    }
  }
  return faults;
};
