/**
 * Answers that are larger than memory should hold: each service asks its store for one, and answers with a digest of what
 * came. It must be whole and the same alone, under `record` and in replay, while what we hold stays bounded.
 *
 * One row for each store, in a file of its own (large-mysql.ts); a store is started when its turn comes.
 */
import { startAlone, type Case, type Workplace } from "./cases.ts";
import { atMost, told, type Figure } from "./figures.ts";
import { largeMongodb } from "./large-mongodb.ts";
import { largeMysql } from "./large-mysql.ts";
import { largeRedis } from "./large-redis.ts";
import { Recording, replayed } from "./recording.ts";

/** What is measured of one store. */
export interface LargeCase {
  /** "MySQL, a result of 100 MB". */
  readonly name: string;
  /** Asked one after another; the answers tell the same of what came whenever it is the same. */
  readonly paths: readonly string[];
  /** What may be resident while it is recorded, in megabytes. */
  readonly mostMegabytes: number;
  /** Starts the store, which goes with `held`. */
  start(place: Workplace, held: AsyncDisposableStack): Promise<Case>;
}

/** Every row. */
export const largeCases: readonly LargeCase[] = [largeMysql, largeMongodb, largeRedis];

/** Measures one and gives its figures; throws where an answer is not whole. */
export async function large(on: LargeCase, place: Workplace, binary: string): Promise<Figure[]> {
  const { name, paths, mostMegabytes } = on;
  await using held = new AsyncDisposableStack();
  const service = await on.start(place, held);
  const alone = await answersAlone(service, paths, place);
  const from = performance.now();
  await using recording = await Recording.start(service, place, binary);
  const seen = await answers(recording.port, paths);
  const seconds = (performance.now() - from) / 1000;
  expectSame(`${name}, recorded`, alone, seen);
  const { path, tests, tailSeconds, peakMegabytes, warnings } = await recording.finish();
  if (tests !== paths.length) throw new Error(`${name}: ${tests} tests of ${paths.length}: ${warnings.join("\n")}`);
  await held.disposeAsync();
  // The store is gone: what comes is the recording's, and a test is green if its digest is the recorded one.
  const replay = await replayed(service, place, { binary, path, port: recording.port, count: tests });
  return [
    told(name, `recorded in ${seconds.toFixed(1)} s and ${tailSeconds.toFixed(1)} s, replayed in ${(replay.tookMs / 1000).toFixed(1)} s`), // prettier-ignore
    atMost(`${name}: memory of reprise while it is recorded, peak`, peakMegabytes, mostMegabytes, " MB", 0),
    told(`${name}: memory of reprise in replay, peak`, `${replay.peakMegabytes.toFixed(0)} MB`),
  ];
}

async function answersAlone(on: Case, paths: readonly string[], place: Workplace): Promise<readonly string[]> {
  await using service = await startAlone(on, place);
  return await answers(service.port, paths);
}

async function answers(port: number, paths: readonly string[]): Promise<readonly string[]> {
  const all: string[] = [];
  for (const path of paths) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    const body = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${body}`);
    all.push(body);
  }
  return all;
}

function expectSame(what: string, wanted: readonly string[], got: readonly string[]): void {
  const at = wanted.findIndex((answer, index) => answer !== got[index]);
  if (at >= 0) throw new Error(`${what}: ${got[at]} instead of ${wanted[at]}`);
}
