/** Instants as files show them: ISO 8601 to the microsecond, for milliseconds since the epoch with a fraction. */

/** The instant as it survives a file. */
export const toMicroseconds = (at: number): number => Number(at.toFixed(3));

/** `2026-11-21T07:46:09.123456Z`. */
export const printInstant = (at: number): string => {
  const [whole = "0", fraction = "000"] = at.toFixed(3).split(".");
  return new Date(Number(whole)).toISOString().replace("Z", `${fraction}Z`);
};

/** The inverse; also other tools' offsets and nanoseconds. `null` for what is no instant. */
export const parseInstant = (text: string): number | null => {
  const match = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|z|[+-]\d\d:?\d\d)$/.exec(text.trim());
  if (!match) return null;
  const [, day = "", time = "", fraction = "", zone = ""] = match;
  const seconds = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(seconds)) return null;
  const digits = `${fraction}000000`;
  return Number(`${seconds + Number(digits.slice(0, 3))}.${digits.slice(3, 6)}`);
};
