/** Bytes as people read them, and runs of them as one. */

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** What no editor shows, and what YAML or people take for something else. */
// oxlint-disable-next-line no-control-regex
const UNREADABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

/** The text whose UTF-8 is exactly these bytes, if a person can read and edit it; else `undefined`. */
export function readableText(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes);
    return UNREADABLE.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** UTF-8. */
export const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All runs in a row; one alone is given back as it is. */
export function joined(runs: readonly Uint8Array[]): Uint8Array {
  const [only] = runs;
  if (runs.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(runs.reduce((sum, run) => sum + run.length, 0));
  let at = 0;
  for (const run of runs) {
    all.set(run, at);
    at += run.length;
  }
  return all;
}

const PREVIEW = 60;
const BLOCK = 4096;

/** One line for people: the text as far as it is short, or the first bytes in hex. */
export function preview(bytes: Uint8Array): string {
  const head = bytes.subarray(0, PREVIEW);
  const text = Buffer.from(head).toString("latin1");
  const rest = bytes.length > PREVIEW ? `… (${bytes.length} bytes)` : "";
  // ASCII alone: a cut may fall within a longer character.
  if (/^[\t\r\n\x20-\x7e]*$/.test(text)) return `${JSON.stringify(text)}${rest}`;
  return `hex ${Buffer.from(head.subarray(0, PREVIEW / 2)).toString("hex")}${bytes.length > PREVIEW / 2 ? `… (${bytes.length} bytes)` : ""}`;
}

/** How many bytes both begin with; equal blocks are passed over natively. */
export function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + BLOCK <= most && Buffer.compare(a.subarray(at, at + BLOCK), b.subarray(at, at + BLOCK)) === 0)
    at += BLOCK;
  while (at < most && a[at] === b[at]) at++;
  return at;
}
