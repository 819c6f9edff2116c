/**
 * Specs as text, so that two can be compared, counted and looked up whatever protocol they are of.
 *
 * Bytes, big integers and the difference between `undefined` and nothing are kept; the order of keys is not.
 */
const plain = (_key: string, value: unknown): unknown => {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("base64") };
  if (typeof value === "bigint") return { integer: String(value) };
  if (value instanceof Map) return { map: [...value] };
  if (value instanceof Set) return { set: [...value] };
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) return { number: String(value) };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** Equal exactly for equal values. */
export const fingerprint = (value: unknown): string => {
  const buffersAsBytes = (inner: unknown): unknown => {
    if (inner instanceof Uint8Array) return new Uint8Array(inner);
    if (Array.isArray(inner)) return inner.map(buffersAsBytes);
    if (typeof inner !== "object" || inner === null || inner instanceof Map || inner instanceof Set) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, member]) => [key, buffersAsBytes(member)]));
  };
  return JSON.stringify(buffersAsBytes(value), plain) ?? "undefined";
};

/** A fingerprint short enough for a sentence. */
export const brief = (value: unknown): string => {
  const text = fingerprint(value);
  return text.length <= 300 ? text : `${text.slice(0, 300)}… (${text.length} characters)`;
};
