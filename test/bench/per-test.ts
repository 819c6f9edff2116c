/**
 * Our own time a test at `reprise test`, for recordings of several lengths.
 *
 * It is what each further test adds to the whole command (reading the recording, playing it, judging, writing the
 * reports), measured against a recording of one test, so that starting us and the app is in neither; less what the app
 * itself takes for such a request, asked one by one over a connection of its own with its real dependency behind it.
 */
import { connect } from "node:net";
import { startAlone, type Case, type Workplace } from "./cases.ts";
import { atMost, columns, median, type Figure } from "./figures.ts";
import { Recording, replayed } from "./recording.ts";

const LENGTHS = [1, 100, 1_000, 5_000] as const;
const MOST_MS = 2;
/** The longest recording may take this much more for a test than the shortest. */
const FLAT = 1.25;
/** Below this, a difference between two lengths is the machine's. */
const NOISE_MS = 0.2;

/** Measures and gives the figures. */
export async function perTest(
  on: Case,
  place: Workplace,
  { binary, repeats }: { readonly binary: string; readonly repeats: number },
): Promise<{ readonly table: string; readonly figures: Figure[] }> {
  const appMs: number[] = [];
  const totals = new Map<number, number[]>(LENGTHS.map((length) => [length, []]));
  const recordings = [];
  for (const length of LENGTHS) recordings.push({ length, ...(await recordingOf(length, on, place, binary)) });
  for (let repeat = 0; repeat < repeats; repeat++) {
    appMs.push(await answerMs(on, place));
    for (const { length, path, port } of recordings) {
      const { tookMs } = await replayed(on, place, { binary, path, port, count: length });
      totals.get(length)?.push(tookMs);
    }
  }
  const fixed = median(totals.get(1) ?? []);
  const app = median(appMs);
  const rows = LENGTHS.slice(1).map((length) => {
    const whole = median(totals.get(length) ?? []);
    return { length, whole, own: (whole - fixed) / (length - 1) - app };
  });
  const table = columns([
    [`${on.name}: reprise test`, "tests", "whole ms", "app's ms a test", "our ms a test"],
    ["", "1", fixed.toFixed(0), "", ""],
    ...rows.map(({ length, whole, own }) => ["", String(length), whole.toFixed(0), app.toFixed(3), own.toFixed(3)]),
  ]);
  const [first, last] = [rows[0]?.own ?? Number.NaN, rows.at(-1)?.own ?? Number.NaN];
  const figures = rows.map(({ length, own }) => atMost(`${on.name}: our own time a test, of ${length}`, own, MOST_MS, " ms")); // prettier-ignore
  const flat = atMost(`${on.name}: growth of it from ${LENGTHS[1]} to ${LENGTHS.at(-1)} tests`, last / first, FLAT, "");
  const isFlat = last <= first * FLAT || last - first <= NOISE_MS;
  return { table, figures: [...figures, { ...flat, mark: { text: `<= ${FLAT} or +${NOISE_MS} ms`, isMet: isFlat } }] };
}

async function recordingOf(length: number, on: Case, place: Workplace, binary: string) {
  await using recording = await Recording.start(on, place, binary);
  const { port } = recording;
  await ask(port, length);
  const { tests, path } = await recording.finish();
  if (tests !== length) throw new Error(`${length} requests were recorded as ${tests} tests`);
  return { path, port };
}

/** Milliseconds that the app alone takes for a request of the recording's kind. */
async function answerMs(on: Case, place: Workplace): Promise<number> {
  const count = 2_000;
  await using service = await startAlone(on, place);
  await ask(service.port, count / 2);
  const from = performance.now();
  await ask(service.port, count);
  return (performance.now() - from) / count;
}

/** Requests one by one over one connection, the next as soon as the answer is whole. */
export function ask(port: number, count: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(port, "127.0.0.1");
  let asked = 0;
  let held = "";
  const next = () => socket.write(`GET /orders/${++asked} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  socket.setNoDelay(true);
  socket.on("error", reject).on("close", () => reject(new Error(`the service hung up after ${asked} requests`)));
  socket.on("connect", next).on("data", (bytes) => {
    held += bytes.toString("latin1");
    const body = held.indexOf("\r\n\r\n") + 4;
    const length = Number(/^content-length: (\d+)/im.exec(held)?.[1]);
    if (body < 4 || held.length < body + length) return;
    if (!held.startsWith("HTTP/1.1 200 ")) reject(new Error(held));
    held = "";
    if (asked < count) return void next();
    resolve();
    socket.destroy();
  });
  return promise;
}
