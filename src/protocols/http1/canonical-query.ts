/** Queries and urlencoded forms: as pairs, and as the one text that all orders and spellings of the same pairs share. */

/** A name with its value; `null` where there is no `=`. */
export type Pair = readonly [name: string, value: string | null];

const decode = (text: string): string => {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
};

/** The pairs of `a=1&b=2`, decoded, in order. */
export const parsePairs = (text: string): Pair[] =>
  text
    .split("&")
    .filter((part) => part !== "")
    .map((part): Pair => {
      const equals = part.indexOf("=");
      return equals < 0 ? [decode(part), null] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
    });

const byName = ([a]: Pair, [b]: Pair): number => (a < b ? -1 : a > b ? 1 : 0);

const encode = (text: string): string => {
  try {
    return encodeURIComponent(text);
  } catch {
    return JSON.stringify(text);
  }
};

/** The pairs sorted by name, those of one name in their order, in one spelling. */
export const canonicalPairs = (text: string): string =>
  parsePairs(text)
    .toSorted(byName)
    .map(([name, value]) => (value === null ? encode(name) : `${encode(name)}=${encode(value)}`))
    .join("&");
