/** Instants as text people read, exact to the microsecond: `2026-11-21T07:45:37.123456Z`. Counterpart of `Date`, which stops at milliseconds. */

/** Milliseconds since the epoch, with a fraction, as UTC. */
export function writeInstant(at: number): string {
  const micros = Math.round(at * 1000);
  const seconds = Math.floor(micros / 1e6);
  const fraction = String(micros - seconds * 1e6).padStart(6, "0");
  return `${new Date(seconds * 1000).toISOString().slice(0, -5)}.${fraction}Z`;
}

const INSTANT = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?\s*([Zz]|[+-]\d\d:?\d\d)$/;

/** RFC 3339 with any number of decimals, as milliseconds since the epoch; `undefined` if it is not one. */
export function readInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const seconds = Date.parse(`${match[1]}T${match[2]}${match[4]?.toUpperCase()}`);
  return Number.isNaN(seconds) ? undefined : Math.round(seconds * 1000 + Number(match[3] ?? 0) * 1e6) / 1000;
}
