/**
 * What the way to TLS costs those that speak clear text: a service with a pool of connections to its dependency, under
 * `record` and under `record --tap-only` in turn, once the pool is warm. The first connections pass through the proxy, since
 * their destination is not known; a second recording in the same folder knows it from the beginning.
 */
import type { Case, Workplace } from "./cases.ts";
import { atLeast, columns, median, type Figure } from "./figures.ts";
import { load, type Load } from "./load.ts";
import { Recording } from "./recording.ts";
import type { Rounds } from "./throughput.ts";

const CONNECTIONS = 16;
const WARM_UP_SECONDS = 1;
/** Of the tap alone: what two runs of the same differ by on a quiet machine. */
const MARK = 0.97;

/** Measures a case, says how it went, and gives the figures. */
export async function pool(
  on: Case,
  place: Workplace,
  options: Rounds,
): Promise<{ readonly table: string; readonly figures: Figure[] }> {
  const path = place.fresh();
  await measured(await Recording.start(on, place, options.binary, { path }), 1);
  const ways = [
    { name: "tap only", start: { flags: ["--tap-only"] }, seen: [] as Load[] },
    { name: "destination unknown", start: {}, seen: [] as Load[] },
    { name: "destination known", start: { path }, seen: [] as Load[] },
  ];
  for (let round = 0; round < options.rounds; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      const way = ways[(round + turn) % ways.length];
      if (way === undefined) continue;
      const recording = await Recording.start(on, place, options.binary, way.start);
      way.seen.push(await measured(recording, options.seconds));
    }
  }
  return report(on, ways);
}

async function measured(running: Recording, seconds: number): Promise<Load> {
  await using recording = running;
  await load(recording.port, CONNECTIONS, WARM_UP_SECONDS);
  const seen = await load(recording.port, CONNECTIONS, seconds);
  await recording.finish();
  return seen;
}

function report(
  on: Case,
  ways: readonly { readonly name: string; readonly seen: readonly Load[] }[],
): { readonly table: string; readonly figures: Figure[] } {
  const of = (loads: readonly Load[], field: keyof Load) => median(loads.map((each) => each[field]));
  const base = of(ways[0]?.seen ?? [], "perSecond");
  const title = `${on.name}, a warm pool`;
  const rows = ways.map(({ name, seen }) => [
    name,
    of(seen, "perSecond").toFixed(0),
    (of(seen, "perSecond") / base).toFixed(2),
    of(seen, "p50Ms").toFixed(3),
    of(seen, "p99Ms").toFixed(3),
  ]);
  return {
    table: columns([[title, "requests/s", "of tap only", "p50 ms", "p99 ms"], ...rows]),
    figures: ways
      .slice(1)
      .map(({ name, seen }) => atLeast(`${title}: ${name}, of the tap alone`, of(seen, "perSecond") / base, MARK, "")),
  };
}
