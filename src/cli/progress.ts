/** A bar at the foot of a terminal. Elsewhere, where lines are not redrawn, one in a while for what takes long. */
import { type Paint } from "../report/paint.ts";
import { type Stream } from "./stream.ts";

export interface Progress {
  /** `done` of the total; `note` says what is at hand. */
  set(done: number, note?: string): void;
  /** Takes it off the screen until `show`. */
  hide(): void;
  show(): void;
  /** Takes it off for good. */
  end(): void;
}

export interface ProgressOptions {
  readonly stream: Stream;
  readonly total: number;
  readonly label: string;
  readonly paint: Paint;
  /** Where there is no bar: between two lines. */
  readonly lineMs?: number;
}

const WIDTH = 24;
/** Redrawing more often costs time and shows nothing. */
const REDRAW_MS = 50;
const LINE_MS = 10_000;
const CLEAR = "\r\u001B[K";

const silent: Progress = { set: () => {}, hide: () => {}, show: () => {}, end: () => {} };

/** Tells of a log nothing that is soon over. */
const lines = ({ stream, total, label, lineMs = LINE_MS }: ProgressOptions): Progress => {
  let toldAt = performance.now();
  const set = (done: number): void => {
    if (performance.now() - toldAt < lineMs || done === total) return;
    toldAt = performance.now();
    stream.write(`${done}/${total} ${label}\n`);
  };
  return { ...silent, set };
};

/** Draws at once. */
export const startProgress = (options: ProgressOptions): Progress => {
  const { stream, total, label, paint } = options;
  if (total <= 0) return silent;
  if (!stream.isTerminal) return lines(options);
  let done = 0;
  let note = "";
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = (): void => {
    const full = Math.min(WIDTH, Math.round((WIDTH * done) / total));
    const head = ` ${done}/${total} ${label}`;
    const room = Math.max(0, stream.columns - WIDTH - head.length - 3);
    const bar = `${paint.good("━".repeat(full))}${paint.faint("━".repeat(WIDTH - full))}`;
    stream.write(`${CLEAR}${bar}${head} ${paint.faint(note.slice(0, room))}`);
    drawnAt = performance.now();
  };
  draw();
  return {
    set: (count, what = "") => {
      [done, note] = [count, what];
      if (performance.now() - drawnAt >= REDRAW_MS || done === total) draw();
    },
    hide: () => stream.write(CLEAR),
    show: draw,
    end: () => stream.write(CLEAR),
  };
};
