/** How long a user waits: `reprise --help`, and from `reprise test` to the first test beyond what the app itself needs. */
import { startAlone, type Case, type Workplace } from "./cases.ts";
import { atMost, median, told, type Figure } from "./figures.ts";
import { ask } from "./per-test.ts";
import { Recording, replayed, type Replay } from "./recording.ts";

const HELP_MS = 60;
const FIRST_TEST_MS = 500;

/** Measures and gives the figures. */
export async function startUp(
  on: Case,
  place: Workplace,
  { binary, repeats }: { readonly binary: string; readonly repeats: number },
): Promise<Figure[]> {
  const help: number[] = [];
  for (let i = 0; i < 4 * repeats; i++) {
    const from = performance.now();
    const { success } = Bun.spawnSync([binary, "--help"], { stdio: ["ignore", "ignore", "ignore"] });
    if (!success) throw new Error("reprise --help failed");
    help.push(performance.now() - from);
  }
  const app: number[] = [];
  const first: number[] = [];
  const recording = await recordOne(on, place, binary);
  for (let i = 0; i < repeats; i++) {
    const from = performance.now();
    await using alone = await startAlone(on, place);
    app.push(performance.now() - from);
    await alone[Symbol.asyncDispose]();
    first.push(await firstTestMs(on, place, { binary, ...recording, count: 1 }));
  }
  const started = median(app);
  return [
    atMost("reprise --help", median(help), HELP_MS, " ms", 0),
    atMost("from command to first test, less the app's start", median(first) - started, FIRST_TEST_MS, " ms", 0),
    told("the app's own start", `${started.toFixed(0)} ms`),
  ];
}

async function recordOne(on: Case, place: Workplace, binary: string) {
  await using recording = await Recording.start(on, place, binary);
  const { port } = recording;
  await ask(port, 1);
  const { path } = await recording.finish();
  return { path, port };
}

async function firstTestMs(on: Case, place: Workplace, replay: Replay): Promise<number> {
  const from = Date.now();
  const { report } = await replayed(on, place, replay);
  return Date.parse(report.testSets[0]?.tests[0]?.startedAt ?? "") - from;
}
