/** Colours for a terminal, or none. Whoever prints chooses; reports only say what is bad, good, strong or faint. */

/** Each wraps a text. */
export interface Paint {
  bad(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

const same = (text: string): string => text;

/** For pipes and files. */
export const plainPaint: Paint = { bad: same, good: same, warn: same, strong: same, faint: same };

const ansi =
  (open: number, close: number) =>
  (text: string): string =>
    text === "" ? "" : `\u001B[${open}m${text}\u001B[${close}m`;

/** For terminals; the sixteen colours that every theme has made readable. */
export const ansiPaint: Paint = {
  bad: ansi(31, 39),
  good: ansi(32, 39),
  warn: ansi(33, 39),
  strong: ansi(1, 22),
  faint: ansi(2, 22),
};
