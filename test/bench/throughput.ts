/**
 * What recording costs a service: the same load on it alone, behind haproxy, and under `reprise record`, in turn within
 * each round, so that a machine's mood hits all of them. Medians over the rounds; ratios within one run.
 *
 * Each measurement has a service of its own, warmed up. A recording is finished and counted before the next begins; it
 * stays on the disk till the end, since ext4 is slow to create files where many were deleted in the last minutes.
 */
import { startAlone, startBehindHaproxy, type Case, type Running, type Workplace } from "./cases.ts";
import { atLeast, atMost, columns, median, told, type Figure } from "./figures.ts";
import { load, type Load } from "./load.ts";
import { Recording, type Recorded } from "./recording.ts";

export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
  readonly binary: string;
}

const WARM_UP_SECONDS = 1;

const MARKS = { throughput: 0.9, p99: 1.2, megabytes: 200 } as const;

interface Under extends Load {
  readonly peakMegabytes: number;
  readonly lostTests: number;
  readonly lostMocks: number;
  readonly recorded: Recorded;
}

/** Measures a case with that many connections, says how it went, and gives the figures. */
export async function throughput(
  on: Case,
  connections: number,
  place: Workplace,
  options: Rounds,
): Promise<{ readonly table: string; readonly figures: Figure[] }> {
  const alone: Load[] = [];
  const haproxy: (Load & { readonly peakMegabytes: number })[] = [];
  const record: Under[] = [];
  const turns = [
    async () => void alone.push(await measured(await startAlone(on, place), connections, options)),
    async () => {
      const running = await startBehindHaproxy(on, place);
      const seen = await measured(running, connections, options);
      haproxy.push({ ...seen, peakMegabytes: running.process.peakMegabytes });
    },
    async () => void record.push(await underRecord(on, connections, place, options)),
  ];
  for (let round = 0; round < options.rounds; round++) {
    for (let turn = 0; turn < turns.length; turn++) await turns[(round + turn) % turns.length]?.();
  }
  return report(on, connections, { alone, haproxy, record });
}

async function measured(running: Running, connections: number, { seconds }: Rounds): Promise<Load> {
  await using service = running;
  await load(service.port, connections, WARM_UP_SECONDS);
  return await load(service.port, connections, seconds);
}

async function underRecord(on: Case, connections: number, place: Workplace, options: Rounds): Promise<Under> {
  await using recording = await Recording.start(on, place, options.binary);
  const warm = await load(recording.port, connections, WARM_UP_SECONDS);
  const seen = await load(recording.port, connections, options.seconds);
  const recorded = await recording.finish();
  const answered = warm.requests + seen.requests;
  const { tests, mocks, peakMegabytes } = recorded;
  // What the end of a load cuts off may be recorded or not; what was answered must be.
  const lostTests = Math.max(0, answered - tests);
  return { ...seen, peakMegabytes, lostTests, lostMocks: Math.max(0, answered - mocks), recorded };
}

interface Measurements {
  readonly alone: readonly Load[];
  readonly haproxy: readonly (Load & { readonly peakMegabytes: number })[];
  readonly record: readonly Under[];
}

function report(on: Case, connections: number, all: Measurements): { table: string; figures: Figure[] } {
  const of = (loads: readonly Load[], field: keyof Load) => median(loads.map((each) => each[field]));
  const base = { perSecond: of(all.alone, "perSecond"), p99Ms: of(all.alone, "p99Ms") };
  const row = (name: string, loads: readonly Load[], memory: readonly number[], lost: string) => [
    name,
    of(loads, "perSecond").toFixed(0),
    (of(loads, "perSecond") / base.perSecond).toFixed(2),
    of(loads, "p50Ms").toFixed(3),
    of(loads, "p99Ms").toFixed(3),
    (of(loads, "p99Ms") / base.p99Ms).toFixed(2),
    memory.length === 0 ? "" : Math.max(...memory).toFixed(0),
    lost,
  ];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const lostTests = sum(all.record.map((each) => each.lostTests));
  const lostMocks = sum(all.record.map((each) => each.lostMocks));
  const peaks = all.record.map(({ peakMegabytes }) => peakMegabytes);
  const name = `${on.name}, ${connections === 1 ? "1 connection" : `${connections} connections`}`;
  const tests = sum(all.record.map(({ recorded }) => recorded.tests));
  const tail = sum(all.record.map(({ recorded }) => recorded.tailSeconds));
  const warnings = all.record.flatMap(({ recorded }) => recorded.warnings);
  const table = columns([
    [name, "requests/s", "of alone", "p50 ms", "p99 ms", "of alone", "MB", "lost"],
    row("alone", all.alone, [], ""),
    row("haproxy", all.haproxy, all.haproxy.map(({ peakMegabytes }) => peakMegabytes), ""), // prettier-ignore
    row("record", all.record, peaks, String(lostTests + lostMocks)),
  ]);
  return {
    table: [table, ...warnings.map((warning) => `  ${warning}`)].join("\n"),
    figures: [
      atLeast(`${name}: throughput under record, of alone`, of(all.record, "perSecond") / base.perSecond, MARKS.throughput, ""), // prettier-ignore
      atMost(`${name}: p99 under record, of alone`, of(all.record, "p99Ms") / base.p99Ms, MARKS.p99, ""),
      atMost(`${name}: requests that are no test`, lostTests, 0, "", 0),
      atMost(`${name}: calls that are no mock`, lostMocks, 0, "", 0),
      atMost(`${name}: memory of reprise, peak`, Math.max(...peaks), MARKS.megabytes, " MB", 0),
      told(`${name}: recorded`, `${tests} tests, ${tail.toFixed(1)} s from Ctrl-C to the end`),
    ],
  };
}
