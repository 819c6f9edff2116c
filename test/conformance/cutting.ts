/**
 * Cutting: however TCP cuts or joins a conversation, the same exchanges come of it.
 */
import { type Protocol } from "../../src/core/protocol.ts";
import { joinLines, recordWire } from "../support/run-session.ts";
import { type Wire } from "../support/wire.ts";
import { brief, fingerprint } from "./fingerprint.ts";

/** Pieces that fall within and across lengths, tags and line ends. */
export const CUTS = [1, 2, 3, 5, 7] as const;

const compare = (what: string, whole: readonly unknown[], got: readonly unknown[]): string[] => {
  if (whole.length !== got.length) return [`${what}: ${got.length} exchanges instead of ${whole.length}`];
  const at = whole.findIndex((exchange, index) => fingerprint(exchange) !== fingerprint(got[index]));
  return at < 0 ? [] : [`${what}: exchange ${at} is ${brief(got[at])} instead of ${brief(whole[at])}`];
};

/** Times included: a cut adds none. Joining does, so then only the specs are compared. */
export const cuttingFaults = (protocol: Protocol, wire: Wire): string[] => {
  const whole = recordWire(protocol, wire);
  if (whole.exchanges.length === 0 && whole.unread.length === 0) return ["recording the wire gives no exchange"];
  const faults = CUTS.flatMap((cut) => {
    const got = recordWire(protocol, wire, { cut });
    return [
      ...compare(`cut at ${cut}`, whole.exchanges, got.exchanges),
      ...compare(`reasons not to read on, cut at ${cut}`, whole.unread, got.unread),
    ];
  });
  const joined = recordWire(protocol, joinLines(wire));
  const specs = (recording: typeof whole): unknown[] => recording.exchanges.map((exchange) => exchange.spec);
  return [...faults, ...compare("joined", specs(whole), specs(joined))];
};
