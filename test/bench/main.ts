/**
 * The benches: what recording costs a service, how long a test takes, what we hold in memory, whether anything is lost.
 *
 *     scripts/bench                     everything, some minutes
 *     scripts/bench --quick             the same with short rounds, for a change at hand
 *     scripts/bench record test many    only these parts (record, test, start, many, pool, clock, tls, large)
 *
 * Figures that miss their mark are told and are no failure: machines differ. The code is 0 unless something broke.
 */
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { binary as built } from "../support/reprise.ts";
import { clock } from "./clock.ts";
import { httpCase, postgresCase, Workplace, type Case } from "./cases.ts";
import { figureTable, type Figure } from "./figures.ts";
import { large, largeCases } from "./large.ts";
import { many } from "./many.ts";
import { pool } from "./pool.ts";
import { perTest } from "./per-test.ts";
import { startUp } from "./start-up.ts";
import { tls } from "./tls.ts";
import { throughput } from "./throughput.ts";

const parts = ["record", "test", "start", "many", "pool", "clock", "tls", "large"] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: "boolean", short: "h", default: false },
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    seconds: { type: "string" },
    connections: { type: "string", multiple: true, default: ["1", "16"] },
    /** Only `http` or `postgres`. */
    case: { type: "string" },
    /** Another program than dist/reprise. */
    binary: { type: "string", default: built },
  },
});

if (values.help) {
  console.log("scripts/bench [--quick] [record test start many pool clock tls large] [--case http|postgres] [--connections N]… [--rounds N] [--seconds N] [--binary PATH]"); // prettier-ignore
  process.exit(0);
}
const { quick, binary } = values;
const rounds = { rounds: Number(values.rounds ?? (quick ? 3 : 5)), seconds: Number(values.seconds ?? (quick ? 2 : 6)), binary }; // prettier-ignore
const repeats = { binary, repeats: quick ? 3 : 5 };
const wants = (part: (typeof parts)[number]): boolean => positionals.length === 0 || positionals.includes(part);

const figures: Figure[] = [];
const say = (text: string): void => console.log(`${text}\n`);

/** What a part has measured: its table at once, its figures at the end. */
const show = (part: { readonly table: string; readonly figures: readonly Figure[] }): void => {
  say(part.table);
  figures.push(...part.figures);
};

async function runCase(on: Case, place: Workplace): Promise<void> {
  if (wants("record")) {
    for (const connections of values.connections.map(Number)) show(await throughput(on, connections, place, rounds));
  }
  if (wants("pool")) show(await pool(on, place, rounds));
  if (wants("test")) show(await perTest(on, place, repeats));
}

async function runServices(place: Workplace): Promise<void> {
  await using held = new AsyncDisposableStack();
  const http = await httpCase(place, held);
  if (values.case !== "postgres") await runCase(http, place);
  if (values.case !== "http") await runCase(await postgresCase(place, held), place);
  if (wants("start")) figures.push(...(await startUp(http, place, repeats)));
  if (wants("many")) figures.push(...(await many(http, place, { binary, requests: quick ? 20_000 : 100_000 })));
  if (wants("clock")) show(await clock(http, place, repeats));
}

async function run(): Promise<void> {
  const unknown = positionals.filter((part) => !(parts as readonly string[]).includes(part));
  if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(", ")}: ${parts.join(", ")}`);
  if (process.getuid?.() !== 0) throw new Error("run it as root: recording needs the kernel");
  if (!existsSync(binary)) throw new Error(`${binary} is not there: scripts/build makes it`);
  say(
    `${cpus().length} processors, ${cpus()[0]?.model ?? ""}; ${rounds.rounds} rounds of ${rounds.seconds} s, medians`,
  );
  using place = new Workplace();
  if (parts.some((part) => part !== "large" && part !== "tls" && wants(part))) await runServices(place);
  if (wants("tls")) show(await tls(place, rounds));
  if (wants("large")) for (const on of largeCases) figures.push(...(await large(on, place, binary)));
  say(figureTable(figures));
  const missed = figures.filter(({ mark }) => mark?.isMet === false).length;
  console.log(missed === 0 ? "Every mark is met." : `Marks not met: ${missed}.`);
}

try {
  await run();
} catch (error) {
  console.error(`scripts/bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
