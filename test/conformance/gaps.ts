/**
 * Gaps: with any run of bytes lost, each exchange that still comes out is one of the whole wire's, or none comes.
 */
import { type Protocol } from "../../src/core/protocol.ts";
import { recordWire } from "../support/run-session.ts";
import { type Wire, type WireLine } from "../support/wire.ts";
import { brief, fingerprint } from "./fingerprint.ts";

const POSITIONS_MOST = 120;

/** The wire with each line in three parts, so that a loss falls within messages as well. */
const inThirds = (wire: Wire): Wire => ({
  ...wire,
  lines: wire.lines.flatMap((line): WireLine[] => {
    const { bytes } = line;
    if (bytes === null || bytes.length < 3) return [line];
    const third = Math.ceil(bytes.length / 3);
    return [0, third, 2 * third].map((at) => ({ ...line, bytes: bytes.slice(at, at + third) }));
  }),
});

/** At most so many of them, spread evenly. */
const spread = <T>(items: readonly T[], most: number): T[] => {
  const step = Math.max(1, items.length / most);
  return Array.from({ length: Math.min(most, items.length) }, (_, i) => items[Math.floor(i * step)] as T);
};

/** Loses one line at each position (evenly chosen ones of a long wire). */
export const gapFaults = (protocol: Protocol, wire: Wire): string[] => {
  const whole = new Set(recordWire(protocol, wire).exchanges.map(({ spec }) => fingerprint(spec)));
  const faults: string[] = [];
  for (const variant of wire.transport === "udp" ? [wire] : [wire, inThirds(wire)]) {
    const positions = variant.lines.flatMap(({ bytes }, index) => (bytes === null ? [] : [index]));
    for (const lose of spread(positions, POSITIONS_MOST)) {
      const what = `without line ${lose} of ${variant.lines.length} (${variant.lines[lose]?.from})`;
      try {
        for (const { spec } of recordWire(protocol, variant, { lose }).exchanges) {
          if (!whole.has(fingerprint(spec)))
            faults.push(`${what} it emits ${brief(spec)}, which is not in the whole wire`);
        }
      } catch (error) {
        faults.push(`${what} it throws ${String(error)}`);
      }
    }
  }
  return faults.slice(0, 10);
};
