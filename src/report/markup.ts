/**
 * HTML that escapes by itself: in the `markup` template every value is text, unless it is markup made by it.
 *
 * Nothing recorded can therefore become a tag or a script. Control characters are shown by their symbols.
 */

/** Text that is HTML already. Made by `markup` and `trusted` alone. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | null | readonly Markup[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// oxlint-disable-next-line no-control-regex -- the characters are the subject
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F]/g;

/** Whatever is not shown as it is; most text has none of it. */
// oxlint-disable-next-line no-control-regex -- the characters are the subject
const SPECIAL = /[&<>"'\u0000-\u0008\u000B-\u001F\u007F]/;

const symbolFor = (control: string): string => {
  const code = control.charCodeAt(0);
  return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
};

/** Safe as an element's content and in a quoted attribute. */
export const escapeHtml = (text: string): string =>
  SPECIAL.test(text) ? text.replace(CONTROLS, symbolFor).replace(/[&<>"']/g, (found) => ENTITIES[found] ?? "") : text;

const print = (value: Value): string => {
  if (value === null) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map((part) => part.text).join("");
  return escapeHtml(String(value));
};

/** Null and empty lists print nothing. */
export const markup = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup => {
  let text = parts[0] ?? "";
  for (let index = 1; index < parts.length; index++) text += print(values[index - 1] ?? null) + (parts[index] ?? "");
  return new Markup(text);
};

/** For constants of this program, which hold no recorded text. */
export const trusted = (text: string): Markup => new Markup(text);
