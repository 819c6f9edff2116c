/**
 * The only printing. People's lines go to stdout, complaints to stderr; with `--json` stdout holds one document and
 * nothing else. Colours and the progress bar are for terminals. On consola, with a reporter of our own.
 */
import { createConsola, type ConsolaInstance, type LogObject } from "consola/core";
import { type Paint, ansiPaint, plainPaint } from "../report/paint.ts";
import { type Progress, startProgress } from "./progress.ts";
import { type Stream } from "./stream.ts";

export interface OutputOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly json: boolean;
  readonly debug: boolean;
  /** `NO_COLOR` in any non-empty form, or a terminal that knows none. */
  readonly noColor: boolean;
}

export interface Output {
  readonly json: boolean;
  /** Colours for what `say` prints. */
  readonly paint: Paint;
  /** What was asked for. */
  say(text: string): void;
  /** As it is, without a line break of ours: a document in some format. */
  print(text: string): void;
  /** It went well. */
  success(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  /** Only with `--debug`. */
  debug(text: string): void;
  /** The one document of `--json`; nothing without it. */
  document(value: unknown): void;
  /** A bar on a terminal, elsewhere a line in a while. Lines printed meanwhile stand above it. */
  progress(total: number, label: string): Progress;
}

const DEBUG_LEVEL = 4;
const INFO_LEVEL = 3;

const paintFor = (stream: Stream, noColor: boolean): Paint => (stream.isTerminal && !noColor ? ansiPaint : plainPaint);

const prefixOf = (type: string, paint: Paint): string => {
  if (type === "success") return `${paint.good("✓")} `;
  if (type === "warn") return `${paint.warn("warning:")} `;
  if (type === "error") return `${paint.bad("error:")} `;
  return type === "debug" ? paint.faint("debug: ") : "";
};

/** Commands get one of these, made once. */
export const createOutput = (options: OutputOptions): Output => {
  const { stdout, stderr, json, noColor } = options;
  const people = json ? stderr : stdout;
  let bar: Progress | null = null;
  const put = (stream: Stream, text: string): void => {
    bar?.hide();
    stream.write(text);
    bar?.show();
  };
  const log = ({ type, args }: LogObject): void => {
    const stream = type === "warn" || type === "error" || type === "debug" ? stderr : people;
    put(stream, `${prefixOf(type, paintFor(stream, noColor))}${args.map(String).join(" ")}\n`);
  };
  const logger: ConsolaInstance = createConsola({
    level: options.debug ? DEBUG_LEVEL : INFO_LEVEL,
    throttle: 0,
    reporters: [{ log }],
  });
  return {
    json,
    paint: paintFor(people, noColor),
    say: (text) => logger.log(text),
    print: (text) => put(stdout, text),
    success: (text) => logger.success(text),
    warn: (text) => logger.warn(text),
    error: (text) => logger.error(text),
    debug: (text) => logger.debug(text),
    document: (value) => {
      if (json) put(stdout, `${JSON.stringify(value, null, 2)}\n`);
    },
    progress: (total, label) => {
      bar?.end();
      const started = startProgress({ stream: stderr, total, label, paint: paintFor(stderr, noColor) });
      bar = {
        ...started,
        end: () => {
          started.end();
          bar = null;
        },
      };
      return bar;
    },
  };
};
