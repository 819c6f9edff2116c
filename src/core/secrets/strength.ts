/**
 * How much a text looks like something that somebody made up at random. Entropy alone is weak for short texts, so
 * lengths and kinds of characters count as well. It decides where a name leaves doubt, and whether a value may be looked
 * for wherever else it stands.
 */

/** Bits a character, by how often each occurs. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

/** Words that stand where a secret would, and say nothing. */
const EMPTY = /^(?:null|nil|none|undefined|true|false|bearer|basic|digest|redacted|hidden|omitted|n\/a|empty)$/i;
/** What a template, a shell, a query or a format would fill in. */
const REFERENCE =
  /^(?:\$\{[^}]*\}|\$\(?[\w.]+\)?|%\(?\w+\)?s?|%[A-Z_]+%|<[^<>]*>|\{[^{}]*\}|\{\{[^]*\}\}|:[a-z_]\w*|\?|@\w+)$/i;

/** Whether there is nothing in it that could be a secret. */
export const isTrivial = (value: string): boolean =>
  value.length === 0 ||
  /^(.)\1*$/su.test(value) ||
  /^[*•.xX-]+$/.test(value) ||
  /^\[[A-Za-z ]+\]$/.test(value) ||
  EMPTY.test(value) ||
  REFERENCE.test(value);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Of files and of keys in stores. */
const PATH = /^\/|\.[a-z]{2,5}$|^[a-z][a-z_-]*[/:]/;
const DATE = /^\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** Whether it is made at random by all appearances: what a name that leaves doubt asks for. */
export const looksRandom = (value: string): boolean =>
  value.length >= 16 &&
  !/\s|[^=]=[^=]|[{}()<>"'&;,]/.test(value) &&
  !UUID.test(value) &&
  !PATH.test(value) &&
  !DATE.test(value) &&
  /\d/.test(value) &&
  /[A-Za-z]/.test(value) &&
  entropy(value) >= 3;

/** Texts so usual that they are secrets only where they stand. */
const USUAL =
  /^(?:password|passw0rd|postgres|postgresql|administrator|root|admin|user|test|guest|changeme|letmein|qwerty|secret|default|localhost|example|development|production)\d*[!.]?$/i;

/** Whether a whole field that says the same says the same secret, though it may be found within other words by accident. */
export const isTellingAlone = (value: string): boolean =>
  value.length >= 5 && !USUAL.test(value) && !/^\d+$/.test(value);

/** Whether it may be taken for the same secret wherever else it stands. */
export const isTelling = (value: string): boolean => {
  if (value.length < 6 || USUAL.test(value) || DATE.test(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
  if (/^\d+$/.test(value)) return value.length >= 16;
  if (value.length < 8) return /\d/.test(value) && /[a-z]/i.test(value) && new Set(value).size >= 5;
  if (kinds >= 2) return new Set(value).size >= 5;
  return value.length >= 14 && entropy(value) >= 3;
};
