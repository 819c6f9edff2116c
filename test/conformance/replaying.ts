/**
 * Replaying: what was recorded comes back, to the client of the wire, byte for byte.
 *
 * The client's recorded bytes are sent to a replay session. Then two things must hold: the server's bytes are the
 * recorded ones, save the set-up that `set-up.ts` declares to be synthesised; and recording the replayed conversation
 * gives the same exchanges again, so that nothing hides behind such a declaration.
 */
import { type Exchange } from "../../src/core/exchange.ts";
import { type Protocol } from "../../src/core/protocol.ts";
import { exactPool } from "../support/exact-pool.ts";
import { type Recording, recordWire, replayWire } from "../support/run-session.ts";
import { connectionsOf, streamOf, type Wire, type WireLine } from "../support/wire.ts";
import { brief, fingerprint } from "./fingerprint.ts";
import { type Range, type SetUp } from "./set-up.ts";

const only = (wire: Wire, connection: number): Wire => ({
  ...wire,
  lines: wire.lines.filter((line) => line.connection === connection),
});

/** The wire without what a synthesised server does not ask its client for. */
const withoutSetUp = (wire: Wire, setUp: SetUp): Wire => {
  const skips = new Map(connectionsOf(wire).map((c) => [c, setUp.clientSkips(streamOf(wire.lines, "client", c))]));
  const offsets = new Map<number, number>();
  const lines = wire.lines.flatMap((line): WireLine[] => {
    const { from, bytes, connection } = line;
    if (from !== "client" || bytes === null) return [line];
    const start = offsets.get(connection) ?? 0;
    offsets.set(connection, start + bytes.length);
    const isSkipped = (at: number): boolean => (skips.get(connection) ?? []).some(([a, b]: Range) => at >= a && at < b);
    const left = bytes.filter((_, index) => !isSkipped(start + index));
    return left.length === 0 ? [] : [{ ...line, bytes: left }];
  });
  return { ...wire, lines };
};

const firstDifference = (a: Uint8Array, b: Uint8Array): string => {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const around = (bytes: Uint8Array): string =>
    JSON.stringify(Buffer.from(bytes.slice(Math.max(0, at - 20), at + 40)).toString("latin1"));
  return `at byte ${at}: ${around(b)} instead of ${around(a)} (${b.length} bytes, not ${a.length})`;
};

/** Of a connection that recording did not read to its end, only what it read can come back. */
const compareBytes = (wire: Wire, replayed: Wire, setUp: SetUp, isWhole: boolean): string[] =>
  connectionsOf(wire).flatMap((connection) => {
    const sent = setUp.serverPart(streamOf(replayed.lines, "server", connection));
    const all = setUp.serverPart(streamOf(wire.lines, "server", connection));
    const recorded = isWhole ? all : all.subarray(0, sent.length);
    if (Buffer.compare(recorded, sent) === 0) return [];
    return [`connection ${connection} differs ${firstDifference(recorded, sent)}`];
  });

const specsOf = <Spec>(exchanges: readonly Exchange<Spec>[], reuse: "once" | "repeat"): string[] =>
  exchanges.filter((exchange) => exchange.reuse === reuse).map(({ spec }) => fingerprint(spec));

/** Exchanges for one use come back all and in order; set-up ones may be fewer, but each as it was recorded. */
const compareExchanges = <Spec>(whole: Recording<Spec>, again: Recording<Spec>, connection: number): string[] => {
  const [before, after] = [specsOf(whole.exchanges, "once"), specsOf(again.exchanges, "once")];
  const at = before.findIndex((text, index) => text !== after[index]);
  if (at >= 0) {
    return [
      `connection ${connection}: exchange ${at} came back as ${brief(after[at] ?? "nothing")}, not ${brief(before[at])}`,
    ];
  }
  return after.length > before.length
    ? [`connection ${connection}: ${after.length} exchanges came back of ${before.length}`]
    : [];
};

/** Replays the wire whole and cut at one byte. */
export const replayFaults = (protocol: Protocol, wire: Wire, setUp: SetUp): string[] => {
  const whole = recordWire(protocol, wire);
  const isWhole = whole.unread.length === 0;
  const asked = withoutSetUp(wire, setUp);
  return [Number.MAX_SAFE_INTEGER, 1].flatMap((cut) => {
    const replay = replayWire(protocol, asked, exactPool(protocol, whole.exchanges), { cut });
    const what = cut === 1 ? "cut at 1: " : "";
    const faults = [
      ...replay.misses.map((miss) => `missed ${brief(miss)}`),
      ...(setUp.comparesBytes ? compareBytes(wire, replay.wire, setUp, isWhole) : []),
      ...connectionsOf(wire).flatMap((connection) =>
        compareExchanges(
          recordWire(protocol, only(wire, connection)),
          recordWire(protocol, only(replay.wire, connection)),
          connection,
        ),
      ),
    ];
    return faults.slice(0, 6).map((fault) => `${what}${fault}`);
  });
};
