/**
 * What the shift of a test costs whoever asks for the time: programs in several languages say what a reading costs, alone
 * and in turn under `reprise test`, as what the app's command runs before its service. The recording was moved a year back,
 * so that each also proves that it was shifted.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { cProgram } from "../support/c-program.ts";
import { moveRecording } from "../support/moved-recording.ts";
import { goBuild, type Case, type Workplace } from "./cases.ts";
import { atMost, columns, median, told, type Figure } from "./figures.ts";
import { ask } from "./per-test.ts";
import { Recording, replayed } from "./recording.ts";

const MOST = 2;
const YEAR_SECONDS = 365 * 86_400;
/** What a run of everything may take, and more. */
const NEAR_SECONDS = 3_600;

interface Reader {
  readonly name: string;
  /** For a shell: what says `NANOSECONDS SECONDS`. */
  readonly command: string;
  readonly ns: { readonly alone: number[]; readonly shifted: number[] };
}

/** Measures, says how it went, and gives the figures. */
export async function clock(
  on: Case,
  place: Workplace,
  { binary, repeats }: { readonly binary: string; readonly repeats: number },
): Promise<{ readonly table: string; readonly figures: Figure[] }> {
  const { readers, lacking } = readersOf(place);
  const recording = await recordYearAgo(on, place, binary);
  const measuring = readers.map(({ command }) => `${command} >> "$COSTS"`).join("; ");
  const shifted = { ...on, command: `${measuring}; ${on.command}` };
  const costs = place.file("costs");
  for (let repeat = 0; repeat < repeats; repeat++) {
    const run = Bun.spawnSync(["/bin/sh", "-c", measuring], { env: { ...process.env, COSTS: costs }, stderr: "pipe" });
    if (!run.success) throw new Error(run.stderr.toString());
    take(costs, readers, "alone", 0);
    const { report } = await replayed(shifted, place, { binary, ...recording, count: 1, env: { COSTS: costs } });
    const notes = report.testSets.flatMap((set) => set.notes);
    if (notes.length > 0) throw new Error(notes.join("\n"));
    take(costs, readers, "shifted", -YEAR_SECONDS);
  }
  const { table, figures } = summary(readers);
  return { table, figures: [...figures, ...lacking] };
}

function readersOf(place: Workplace): { readonly readers: readonly Reader[]; readonly lacking: readonly Figure[] } {
  const at = (name: string): string => join(apps, "clock-cost", name);
  const classes = (): string => {
    const { success, stderr } = Bun.spawnSync(["javac", "-d", place.folder, at("Cost.java")], { stderr: "pipe" });
    if (!success) throw new Error(stderr.toString());
    return place.folder;
  };
  const all: readonly (readonly [name: string, needs: string, command: () => string])[] = [
    ["Go, time.Now()", "go", () => goBuild("clock-cost", place)],
    ["C with glibc, clock_gettime()", "sh", () => cProgram("clock-cost", "cost", "glibc")],
    ["C with musl, clock_gettime()", "sh", () => cProgram("clock-cost", "cost", "musl")],
    ["Python, time.time()", "python3", () => `python3 ${at("cost.py")}`],
    ["Node, Date.now()", "node", () => `node ${at("cost.mjs")}`],
    ["Java, System.currentTimeMillis()", "javac", () => `java -cp ${classes()} Cost`],
  ];
  const isHere = ([, needs]: (typeof all)[number]): boolean => Bun.which(needs) !== null;
  return {
    readers: all.filter(isHere).map(([name, , command]) => ({ name, command: command(), ns: { alone: [], shifted: [] } })), // prettier-ignore
    lacking: all.filter((each) => !isHere(each)).map(([name, needs]) => told(name, `there is no ${needs}`)),
  };
}

/** A recording of one test, with every instant a year earlier. */
async function recordYearAgo(on: Case, place: Workplace, binary: string): Promise<{ path: string; port: number }> {
  const recordedAt = Date.now();
  await using recording = await Recording.start(on, place, binary);
  const { port } = recording;
  await ask(port, 1);
  const { path } = await recording.finish();
  moveRecording(path, { byMs: -YEAR_SECONDS * 1_000, recordedAt, key: "" });
  return { path, port };
}

/** What the readers have said in that file, which is gone then; their clocks are to be that far from ours. */
function take(costs: string, readers: readonly Reader[], way: keyof Reader["ns"], offsetSeconds: number): void {
  const lines = readFileSync(costs, "utf8").trimEnd().split("\n");
  rmSync(costs);
  if (lines.length !== readers.length) throw new Error(`${lines.length} of ${readers.length} told the time`);
  for (const [n, { name, ns }] of readers.entries()) {
    const [took = Number.NaN, seconds = Number.NaN] = lines[n]?.split(" ").map(Number) ?? [];
    const isThen = Math.abs(Date.now() / 1_000 + offsetSeconds - seconds) < NEAR_SECONDS;
    if (!isThen) throw new Error(`${name}: it was ${new Date(seconds * 1_000).toISOString()}, ${way}`);
    ns[way].push(took);
  }
}

function summary(readers: readonly Reader[]): { readonly table: string; readonly figures: Figure[] } {
  const rows = readers.map(({ name, ns }) => {
    const [alone, shifted] = [median(ns.alone), median(ns.shifted)];
    return { name, alone, shifted, ratio: shifted / alone };
  });
  return {
    table: columns([
      ["A reading of the clock", "alone, ns", "in a test, ns", "of alone"],
      ...rows.map(({ name, alone, shifted, ratio }) => [name, alone.toFixed(1), shifted.toFixed(1), ratio.toFixed(2)]),
    ]),
    figures: rows.map(({ name, ratio }) => atMost(`${name} in a test, of alone`, ratio, MOST, "")),
  };
}
