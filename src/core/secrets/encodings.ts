/**
 * The ways in which a secret stands in the text around it: as it is, or as JSON, a URL, XML, Base64 or hexadecimal would have
 * it. A placeholder names the one that gives the same characters again, so that a value has one name however it is spelt.
 */

const percent = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const lowerPercent = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
const XML = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" } as const;

/** By the name that a placeholder gives after its colon. */
export const encodings = {
  json: (text: string) => JSON.stringify(text).slice(1, -1),
  jsonslash: (text: string) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
  /** JSON in a text of JSON. */
  json2: (text: string) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  url: encodeURIComponent,
  urlstrict: percent,
  urllower: (text: string) => lowerPercent(encodeURIComponent(text)),
  form: (text: string) => percent(text).replaceAll("%20", "+"),
  xml: (text: string) => text.replace(/[&<>"]/g, (sign) => XML[sign as keyof typeof XML]),
  sql: (text: string) => text.replaceAll("'", "''"),
  base64: (text: string) => Buffer.from(text).toString("base64"),
  base64bare: (text: string) => Buffer.from(text).toString("base64").replace(/=+$/, ""),
  base64url: (text: string) => Buffer.from(text).toString("base64url"),
  hex: (text: string) => Buffer.from(text).toString("hex"),
  hexupper: (text: string) => Buffer.from(text).toString("hex").toUpperCase(),
} as const satisfies Readonly<Record<string, (text: string) => string>>;

export type Encoding = keyof typeof encodings;

export const isEncoding = (name: string): name is Encoding => Object.hasOwn(encodings, name);

/** Where a span stands, which is what its characters mean. */
export type Surround = "plain" | "json" | "json2" | "url" | "xml" | "sql";

const IN_SURROUND: Readonly<Record<Surround, readonly Encoding[]>> = {
  plain: [],
  json: ["json", "jsonslash"],
  json2: ["json2"],
  url: ["url", "urlstrict", "urllower", "form"],
  xml: ["xml"],
  sql: ["sql"],
};

/** What a span says, and how it is spelt; `null` for as it is, also where no spelling of ours would give it again. */
export function readSpan(
  span: string,
  surround: Surround,
): { readonly value: string; readonly encoding: Encoding | null } {
  const value = decoded(span, surround);
  if (value === span || value === undefined) return { value: span, encoding: null };
  const encoding = IN_SURROUND[surround].find((name) => encodings[name](value) === span);
  return encoding === undefined ? { value: span, encoding: null } : { value, encoding };
}

function decoded(span: string, surround: Surround): string | undefined {
  try {
    switch (surround) {
      case "plain":
        return span;
      case "json":
        return span.includes("\\") ? (JSON.parse(`"${span}"`) as string) : span;
      case "json2":
        return span.includes("\\") ? (JSON.parse(`"${JSON.parse(`"${span}"`) as string}"`) as string) : span;
      case "url":
        return /[%+]/.test(span) ? decodeURIComponent(span.replaceAll("+", " ")) : span;
      case "sql":
        return span.replaceAll("''", "'");
      case "xml":
        return span.replace(/&(?:amp|lt|gt|quot);/g, (entity) => entityOf(entity));
    }
  } catch {
    return undefined;
  }
}

const entityOf = (entity: string): string => Object.entries(XML).find(([, name]) => name === entity)?.[0] ?? entity;

/** Every spelling that differs from the value, with its name; the same characters once. */
export function spellings(value: string): readonly { readonly text: string; readonly encoding: Encoding }[] {
  const found = new Map<string, Encoding>();
  for (const encoding of Object.keys(encodings) as Encoding[]) {
    const text = encodings[encoding](value);
    if (text !== value && !found.has(text)) found.set(text, encoding);
  }
  return [...found].map(([text, encoding]) => ({ text, encoding }));
}
