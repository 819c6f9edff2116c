/** Bytes as people read them, and how far two runs of them agree. */

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
